from __future__ import annotations

import mmap
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backfill_runtime.small_entry import small_entry
from bundles import entry

LOCAL_HEADER_BYTES = 30


def _zip(path: Path, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info, _ = entry("pkg/module.py")
    info.compress_type = method
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, content)
    with zipfile.ZipFile(path) as archive:
        return archive.infolist()[0]


def _read(path: Path, info: zipfile.ZipInfo, room: int) -> bytes:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return small_entry(content, info, room)


@given(content=st.binary(max_size=5_000), method=st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
def test_reads_what_zipfile_wrote(tmp_path_factory: pytest.TempPathFactory, content: bytes, method: int) -> None:
    path = tmp_path_factory.mktemp("zip") / "a.zip"
    info = _zip(path, content, method)

    assert _read(path, info, len(content)) == content


def test_never_inflates_more_than_one_byte_too_many(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    info = _zip(path, bytes(64 << 20))
    info.file_size = 10

    assert len(_read(path, info, room=5)) == 6
    with pytest.raises(zipfile.BadZipFile):
        _read(path, info, room=100)


@pytest.mark.parametrize(
    "change",
    [
        lambda info: setattr(info, "CRC", info.CRC ^ 1),
        lambda info: setattr(info, "file_size", info.file_size - 1),
        lambda info: setattr(info, "compress_size", 1 << 20),
        lambda info: setattr(info, "compress_size", 1),
        lambda info: setattr(info, "header_offset", info.header_offset + 1),
        lambda info: setattr(info, "header_offset", 1 << 40),
        lambda info: setattr(info, "flag_bits", 1),
        lambda info: setattr(info, "orig_filename", "pkg/another.py"),
    ],
)
def test_a_directory_that_lies(tmp_path: Path, change: Callable[[zipfile.ZipInfo], None]) -> None:
    path = tmp_path / "a.zip"
    info = _zip(path, b"x = 1\n" * 100)
    change(info)

    with pytest.raises((zipfile.BadZipFile, zlib.error)):
        _read(path, info, room=10_000)


def test_a_method_that_python_may_not_have(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    info = _zip(path, b"x")
    info.compress_type = zipfile.ZIP_LZMA

    with pytest.raises(NotImplementedError):
        _read(path, info, room=10)
