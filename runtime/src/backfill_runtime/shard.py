"""One zip of a bundle, unpacked without trusting it. Standard library only."""

from __future__ import annotations

import errno
import mmap
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backfill_runtime.errors import JobError
from backfill_runtime.shown import SHORT
from backfill_runtime.small_entry import UTF8_NAME, small_entry

_CHUNK = 1 << 20

_DEEPEST = 256  # directories; Python cannot remove a tree that is much deeper
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what a publish uses, and what is never inflated without limit

# What reading a zip may end with, none of which comes from the disk that it is unpacked to.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    ArithmeticError,
    LookupError,
    RuntimeError,
)

# What a file system says to a name.
_NAME_REFUSED = (errno.ENAMETOOLONG, errno.EILSEQ)


@dataclass(frozen=True)
class Shard:
    """What the bundle manifest says about one zip."""

    key: str
    files: int
    raw_bytes: int
    zip_bytes: int
    zip_sha256: str

    @property
    def object_name(self) -> str:
        return f"shards/{self.key}.zip"


def unpack(shard: Shard, archive: Path, tree: Path) -> None:
    """Writes the shard's files below `tree`, which other shards may be filling at the same time.

    Raises JobError(SHARD_UNSAFE) for a zip that holds anything but the declared number of new regular files below
    `tree`, and stops inflating at the declared size.
    """
    try:
        with (
            zipfile.ZipFile(archive) as opened,
            archive.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            _unpack_entries(shard, opened, content, tree)
    except _DAMAGE as error:
        raise JobError(
            "SHARD_DAMAGED",
            f"{shard.object_name} cannot be unpacked: {str(error)[:200]}",
            "delete that object and publish the bundle again",
        ) from None


def _unpack_entries(shard: Shard, archive: zipfile.ZipFile, content: mmap.mmap, tree: Path) -> None:
    entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if len(entries) != shard.files:
        raise _unsafe(shard, f"holds {len(entries)} files, the manifest names {shard.files}")
    directories: set[str] = set()
    room = shard.raw_bytes
    for entry in entries:
        name = _checked_name(shard, entry)
        directory = name.rpartition("/")[0]
        if directory not in directories:
            _make_directory(shard, entry, tree / directory)
            directories.add(directory)
        room -= _write_entry(shard, archive, content, entry, f"{tree}/{name}", room)
    if room:
        raise _unsafe(shard, f"unpacks to {shard.raw_bytes - room} bytes, the manifest names {shard.raw_bytes}")


def _checked_name(shard: Shard, entry: zipfile.ZipInfo) -> str:
    name = entry.orig_filename  # as stored: `filename` is cut at a NUL
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts) or re.search(r"[\\\x00]|^[A-Za-z]:", name):
        raise _unsafe(shard, f"holds the unsafe name {SHORT.repr(name)}")
    if len(parts) > _DEEPEST:
        raise _bad_name(shard, name, f"{len(parts)} levels deep, more than {_DEEPEST}")
    if not (name.isascii() or entry.flag_bits & UTF8_NAME):
        raise _unsafe(shard, f"holds {SHORT.repr(name)}, a name that is not UTF-8")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _unsafe(shard, f"holds {SHORT.repr(name)}, which is not a regular file")
    return name


def _make_directory(shard: Shard, entry: zipfile.ZipInfo, directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise _unsafe(shard, f"holds {SHORT.repr(entry.filename)} below a file") from None
    except (OSError, UnicodeEncodeError) as error:
        raise _not_made(shard, entry, error) from None


def _write_entry(
    shard: Shard, archive: zipfile.ZipFile, content: mmap.mmap, entry: zipfile.ZipInfo, path: str, room: int
) -> int:
    """Inflates one entry into a new file of at most `room` bytes. Returns its size."""
    mode = 0o755 if entry.external_attr >> 16 & 0o111 else 0o644
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except (FileExistsError, IsADirectoryError):
        raise _unsafe(shard, f"holds {SHORT.repr(entry.filename)}, which is there already") from None
    except (OSError, UnicodeEncodeError) as error:
        raise _not_made(shard, entry, error) from None
    size = 0
    with os.fdopen(descriptor, "wb") as target:  # buffered: without, a full disk takes a part and says nothing
        for chunk in _chunks(archive, content, entry, room):
            size += len(chunk)
            if size > room:
                raise _unsafe(shard, f"unpacks to more than the {shard.raw_bytes} bytes that the manifest names")
            target.write(chunk)
    return size


def _chunks(archive: zipfile.ZipFile, content: mmap.mmap, entry: zipfile.ZipInfo, room: int) -> Iterator[bytes]:
    if entry.compress_type not in _METHODS:
        raise zipfile.BadZipFile(f"{SHORT.repr(entry.filename)} has the compression method {entry.compress_type}")
    if not 0 <= entry.header_offset < len(content):
        raise zipfile.BadZipFile(f"{SHORT.repr(entry.filename)} is outside of the file")
    if entry.file_size <= _CHUNK:
        yield small_entry(content, entry, room)
        return
    with archive.open(entry) as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def _not_made(shard: Shard, entry: zipfile.ZipInfo, error: OSError | UnicodeEncodeError) -> Exception:
    """Of a file or directory that could not be created: because of its name, or of the disk."""
    if isinstance(error, UnicodeEncodeError):
        return _bad_name(shard, entry.filename, str(error)[:200])
    if error.errno in _NAME_REFUSED:
        return _bad_name(shard, entry.filename, error.strerror or "")
    return error


def _bad_name(shard: Shard, name: str, problem: str) -> JobError:
    return _unsafe(
        shard,
        f"holds {SHORT.repr(name)}, a name that no file can have here: {problem}",
        "give the file another name, or leave it out, and publish the bundle again",
    )


def _unsafe(
    shard: Shard, problem: str, fix: str = "publish the bundle again, from a machine that you trust"
) -> JobError:
    return JobError("SHARD_UNSAFE", f"{shard.object_name} {problem}", fix)
