"""Cameras, videos and filters, by OpenCV. Only this package imports cv2.

Importing this package loads OpenCV, or raises `MissingLibrary`: import it where it is first needed.
"""

from __future__ import annotations

import os

from vaxpass_cli.errors import MissingLibrary

# Read by OpenCV when it is loaded: a camera that delivers nothing would hold its thread for 10 s, and
# FFmpeg would write into the terminal.
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "3")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")

try:
    import cv2  # noqa: F401 - it is loaded here so that its absence is explained in one place
except ImportError as error:
    raise MissingLibrary.explain(error, "opencv-python") from None
