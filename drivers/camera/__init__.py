"""The camera, and the comparison of a face with a photo."""

import os

# Read once, when OpenCV is imported: seconds that a V4L2 read may wait (10 without it), and silence on standard error,
# which a camera that is away would fill with the same two lines at every try. Health says it once.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "3")
os.environ.setdefault("OPENCV_LOG_LEVEL", "ERROR")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
