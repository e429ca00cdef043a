"""One zip of a bundle, unpacked without trusting it. Standard library only."""

from __future__ import annotations

import mmap
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backfill_runtime.errors import JobError
from backfill_runtime.small_entry import small_entry

_CHUNK = 1 << 20


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
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise JobError(
            "SHARD_DAMAGED",
            f"{shard.object_name} cannot be unpacked: {error}",
            "delete that object and publish the bundle again",
        ) from None


def _unpack_entries(shard: Shard, archive: zipfile.ZipFile, content: mmap.mmap, tree: Path) -> None:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
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
        raise _unsafe(shard, f"holds the unsafe name {name!r}")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _unsafe(shard, f"holds {name!r}, which is not a regular file")
    return name


def _make_directory(shard: Shard, entry: zipfile.ZipInfo, directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise _unsafe(shard, f"holds {entry.filename!r} below a file") from None


def _write_entry(
    shard: Shard, archive: zipfile.ZipFile, content: mmap.mmap, entry: zipfile.ZipInfo, path: str, room: int
) -> int:
    """Inflates one entry into a new file of at most `room` bytes. Returns its size."""
    mode = 0o755 if entry.external_attr >> 16 & 0o111 else 0o644
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except (FileExistsError, IsADirectoryError):
        raise _unsafe(shard, f"holds {entry.filename!r}, which is there already") from None
    size = 0
    with os.fdopen(descriptor, "wb") as target:  # buffered: without, a full disk takes a part and says nothing
        for chunk in _chunks(archive, content, entry, room):
            size += len(chunk)
            if size > room:
                raise _unsafe(shard, f"unpacks to more than the {shard.raw_bytes} bytes that the manifest names")
            target.write(chunk)
    return size


def _chunks(archive: zipfile.ZipFile, content: mmap.mmap, entry: zipfile.ZipInfo, room: int) -> Iterator[bytes]:
    if entry.file_size <= _CHUNK:
        yield small_entry(content, entry, room)
        return
    with archive.open(entry) as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def _unsafe(shard: Shard, problem: str) -> JobError:
    return JobError(
        "SHARD_UNSAFE", f"{shard.object_name} {problem}", "publish the bundle again, from a machine that you trust"
    )
