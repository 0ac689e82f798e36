"""OpenCV: cameras, videos, filters and the window. Nothing outside this package imports cv2."""

from __future__ import annotations

from vaxpass.errors import MissingExtraError
from vaxpass_cli.failure import Wrong

try:
    import cv2  # noqa: F401 - whoever imports a module of this package is told here what is missing
except ModuleNotFoundError:
    raise MissingExtraError("scan", "opencv-python") from None
except ImportError as _error:
    # Such as: libGL.so.1: cannot open shared object file
    _library = str(_error).partition(":")[0]
    raise Wrong(
        f"OpenCV needs a library of the system that is missing ({_library}). On Debian and Ubuntu:"
        " apt-get install libgl1 libglib2.0-0 libxcb1 libsm6 libice6"
    ) from None
