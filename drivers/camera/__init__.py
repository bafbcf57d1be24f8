"""The camera, and the comparison of a face with a photo."""
