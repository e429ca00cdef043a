"""Tables that cannot be read, or not written, or are not there."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from pathlib import Path

import lance
import pyarrow as pa
import pytest

import functions
from mounted import mount
from rounds import seeds
from support import backfill, column, fails_unchanged, numbers, run, seen

pytestmark = pytest.mark.usefixtures("inline_pool")

READER_FLAGS, WRITER_FLAGS = b"\x48", b"\x50"  # fields 9 and 10 of Lance's manifest
UNKNOWN_FLAG = b"\x80\x80\x80\x80\x08"


def _change_manifest(table: Path, change: Callable[[bytes], bytes]) -> None:
    """Rewrites the message of the only manifest: its length, the message, its position, and the file's end."""
    (path,) = (table / "_versions").glob("*.manifest")
    data = path.read_bytes()
    (at,) = struct.unpack("<Q", data[-16:-8])
    message = change(data[at + 4 : -16])
    path.write_bytes(data[:at] + struct.pack("<I", len(message)) + message + data[-16:])


@pytest.mark.parametrize(
    "change",
    [lambda message: message + READER_FLAGS + UNKNOWN_FLAG, lambda message: message.replace(b"2.1", b"9.9")],
    ids=["feature", "format"],
)
def test_a_table_of_a_later_lance(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    lance.write_dataset(pa.table({"number": [1]}), tmp_path / "t", data_storage_version="2.1")
    _change_manifest(tmp_path / "t", change)

    outcome = run(backfill(tmp_path / "t"))

    assert outcome.last["code"] == "TABLE_FORMAT_TOO_NEW"
    assert f"pylance {lance.__version__}" in outcome.last["message"]


def test_a_table_that_only_a_later_lance_may_write(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    _change_manifest(tmp_path / "t", lambda message: message + WRITER_FLAGS + UNKNOWN_FLAG)

    error = fails_unchanged(backfill(tmp_path / "t"), tmp_path / "t", "TABLE_FORMAT_TOO_NEW")

    assert "cannot be written" in error["message"]


def test_a_table_on_a_read_only_disk_where_one_maymount(small_disk: Path) -> None:
    numbers(small_disk / "t")
    mount("-o", "remount,ro", str(small_disk))

    error = fails_unchanged(backfill(small_disk / "t"), small_disk / "t", "TABLE_IO_FAILED")

    assert "Read-only file system" in error["message"]


@pytest.mark.parametrize("checkpoints", [{}, {"checkpointRows": 1000}])
def test_a_full_disk_and_then_room_again_where_one_maymount(small_disk: Path, checkpoints: dict[str, int]) -> None:
    numbers(small_disk / "t", rows=4000, per_fragment=2000)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(3 << 20))
    job = backfill(small_disk / "t", "kilobyte", **checkpoints)

    error = fails_unchanged(job, small_disk / "t", "TABLE_IO_FAILED")
    ballast.unlink()
    again = run(job | {"udf": "functions:double"}, attempt=2)

    assert "No space left on device" in error["message"]
    assert again.succeeded, again.last
    assert column(small_disk / "t") == [number * 2 for number in range(4000)]


@pytest.mark.chaos
@pytest.mark.parametrize("seed", seeds(20))
def test_a_disk_that_is_full_at_any_moment_where_one_maymount(small_disk: Path, seed: int) -> None:
    chance = random.Random(seed)
    before = numbers(small_disk / "t", rows=1000, per_fragment=chance.choice([1000, 300])).version
    room = (4 << 20) - sum(path.stat().st_blocks * 512 for path in small_disk.rglob("*")) - (64 << 10)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(room - chance.randrange(0, 2_400_000)))
    job = backfill(small_disk / "t", "kilobyte", batchRows=50, checkpointRows=chance.choice([50, 200, 10_000]))
    expected = [functions.kilobyte(number) for number in range(1000)]

    with seen(small_disk / "t", [expected], every=0.02):
        first = run(job)
        if not first.succeeded:
            assert first.last["code"] in ("TABLE_IO_FAILED", "COMMIT_FAILED"), first.last
            assert "No space left on device" in first.last["message"]
            assert lance.dataset(small_disk / "t").version == before
        ballast.unlink()
        again = run(job, attempt=2)

    assert again.succeeded, again.last
    assert column(small_disk / "t") == expected
    assert lance.dataset(small_disk / "t").tags.list() == {}


def test_a_table_whose_own_folder_is_taken(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    (tmp_path / "t/_backfill").touch()

    fails_unchanged(backfill(tmp_path / "t"), tmp_path / "t", "TABLE_IO_FAILED")


def test_a_table_that_vanishes_during_the_run(tmp_path: Path) -> None:
    numbers(tmp_path / "t", folder=[str(tmp_path / "t")] * 10)

    outcome = run(backfill(tmp_path / "t", "removes_the_table"))

    assert outcome.last["code"] in ("TABLE_IO_FAILED", "TABLE_NOT_FOUND", "LEASE_LOST"), outcome.last
