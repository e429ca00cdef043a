"""All rows of a fragment, in the form in which Lance takes rows: a portable Roaring bitmap."""

from __future__ import annotations

import struct

_CHUNK_ROWS = 1 << 16  # of one container
_COOKIE_OF_RUNS = 12347
_FEWEST_WITH_OFFSETS = 4  # containers, from which on the bitmap says where each of them begins
_DESCRIPTION = struct.Struct("<HH")
_OFFSET = struct.Struct("<I")
_RUN = struct.Struct("<HHH")


def every_row(rows: int) -> bytes:
    """The bitmap of 0 to `rows` - 1: one run in each container. Source: the RoaringFormatSpec of roaringbitmap.org."""
    sizes = [min(_CHUNK_ROWS, rows - start) for start in range(0, rows, _CHUNK_ROWS)]
    head = struct.pack("<I", _COOKIE_OF_RUNS | (len(sizes) - 1) << 16)
    all_are_runs = ((1 << len(sizes)) - 1).to_bytes((len(sizes) + 7) // 8, "little")
    described = b"".join(_DESCRIPTION.pack(key, size - 1) for key, size in enumerate(sizes))
    runs = b"".join(_RUN.pack(1, 0, size - 1) for size in sizes)
    if len(sizes) < _FEWEST_WITH_OFFSETS:
        return head + all_are_runs + described + runs
    first = len(head) + len(all_are_runs) + len(described) + _OFFSET.size * len(sizes)
    offsets = b"".join(_OFFSET.pack(first + _RUN.size * index) for index in range(len(sizes)))
    return head + all_are_runs + described + offsets + runs
