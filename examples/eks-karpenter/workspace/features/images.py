"""What can be read from the bytes of a picture, without decoding it."""

import struct
from typing import TypedDict

PNG = b"\x89PNG\r\n\x1a\n"


class Size(TypedDict):
    """The columns that the job fills."""

    width: int
    height: int


def size(image: bytes) -> Size:
    """Width and height of a PNG, in pixels. Raises ValueError for anything else."""
    if image[:8] != PNG or image[12:16] != b"IHDR":
        raise ValueError("not a PNG")
    width, height = struct.unpack(">II", image[16:24])
    return {"width": width, "height": height}
