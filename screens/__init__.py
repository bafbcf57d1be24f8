"""Screens: one kind of question each; they show a frozen prompt and give one answer.

Kivy reads its environment when it is first imported, so it is set here, where nothing can come before it: no
configuration file or log file of its own, no reading of the kiosk's command line, no hold of the process's logging.
"""

import os

_KIVY_ENVIRONMENT = {
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_LOG_MODE": "PYTHON",
    # One logical pixel is one pixel: sizes are scaled here, from design pixels, and nowhere else.
    "KIVY_DPI": "96",
    "KIVY_METRICS_DENSITY": "1",
    "KIVY_METRICS_FONTSCALE": "1",
}
os.environ.update(_KIVY_ENVIRONMENT)
