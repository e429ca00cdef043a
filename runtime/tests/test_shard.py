"""Zips that no publish has made: whatever is in them, what is unpacked is what was meant, or it is refused."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backfill_runtime import shard as shard_module
from backfill_runtime.errors import JobError
from backfill_runtime.shard import Shard, unpack
from bundles import Entry, entry
from conftest import PYTHONPATH

FILES = {
    "a.py": b"x = 1\n" * 200,
    "empty.py": b"",
    "pkg/d\u00e9j\u00e0.txt": "vu\u2603".encode() * 50,
    "pkg/deep/data.bin": random.Random(1).randbytes(300),
    "pkg/large.bin": bytes(range(256)) * 20,
}
UTF8_NAME = 0x800
DIRECTORY = b"PK\x01\x02"
DAMAGES = 1500


def _zipped(path: Path, entries: list[Entry]) -> Shard:
    with zipfile.ZipFile(path, "w") as archive:
        for info, content in entries:
            archive.writestr(info, content)
    size = sum(len(content) for _, content in entries)
    return Shard("k" * 64, len(entries), size, path.stat().st_size, "")


def _refused(tmp_path: Path, entries: list[Entry], change: dict[bytes, bytes] | None = None) -> JobError:
    """Unpacks a zip that must be refused. `change`: other bytes for some, afterwards."""
    archive, tree = tmp_path / "shard.zip", tmp_path / "tree"
    shard = _zipped(archive, entries)
    content = archive.read_bytes()
    for old, new in (change or {}).items():
        assert old in content
        content = content.replace(old, new)
    archive.write_bytes(content)
    tree.mkdir()
    with pytest.raises(JobError) as caught:
        unpack(shard, archive, tree)
    assert caught.value.message.startswith(f"shards/{shard.key}.zip ")
    assert len(caught.value.message) < 500
    return caught.value


@pytest.mark.parametrize(
    "name",
    ["n" * 300, f"{'d' * 300}/a.py", "/".join(["d" * 200] * 25), "/".join("d" * 1500)],
    ids=["file", "directory", "path", "deep"],
)
def test_a_name_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    error = _refused(tmp_path, [entry(name)])

    assert error.code == "SHARD_UNSAFE"
    assert "name" in error.fix


def test_a_name_that_is_not_utf_8(tmp_path: Path) -> None:
    error = _refused(tmp_path, [entry("caf\u00e9.py")], {"caf\u00e9.py".encode(): b"caf\xe9\xe9.py"})

    assert error.code == "SHARD_DAMAGED"


def test_a_name_that_does_not_say_that_it_is_utf_8(tmp_path: Path) -> None:
    """It would become a file that has another name than the one that was bundled."""
    info, content = entry("caf\u00e9.py")
    flags = (20).to_bytes(2, "little") + UTF8_NAME.to_bytes(2, "little")
    error = _refused(tmp_path, [(info, content)], {flags: (20).to_bytes(2, "little") + bytes(2)})

    assert error.code == "SHARD_UNSAFE"
    assert "UTF-8" in error.message


def test_a_name_that_the_node_cannot_spell(tmp_path: Path) -> None:
    archive, tree = tmp_path / "shard.zip", tmp_path / "tree"
    shard = _zipped(archive, [entry("caf\u2603/a.py")])
    tree.mkdir()
    program = f"""
import sys
from pathlib import Path
from backfill_runtime import shard as shard_module
from backfill_runtime.errors import JobError
from backfill_runtime.shard import Shard, unpack
assert sys.getfilesystemencoding() != "utf-8"
try:
    unpack({shard!r}, Path({str(archive)!r}), Path({str(tree)!r}))
except JobError as error:
    print(error.code, ascii(error.message))
"""
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.startswith("SHARD_UNSAFE"), done.stdout
    assert "caf\\u2603/a.py" in done.stdout


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2], ids=["lzma", "bzip2"])
@pytest.mark.parametrize("size", [100, 3 << 20], ids=["small", "large"])
def test_a_compression_that_no_publish_uses(tmp_path: Path, method: int, size: int) -> None:
    """Python would inflate all of it at once, and has errors of their own for their damage."""
    info, content = entry("a.bin", random.Random(1).randbytes(size))
    info.compress_type = method

    error = _refused(tmp_path, [(info, content)])

    assert error.code == "SHARD_DAMAGED"
    assert f"method {method}" in error.message


@pytest.mark.parametrize("limits", [{}, {"ZIP64_LIMIT": 100, "ZIP_FILECOUNT_LIMIT": 1}], ids=["zip", "zip64"])
def test_damage_of_any_kind_is_refused_or_has_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    monkeypatch.setattr(shard_module, "_CHUNK", 1000)  # so that one file is inflated in several steps
    archive = tmp_path / "shard.zip"
    with monkeypatch.context() as patched:
        for name, limit in limits.items():
            patched.setattr(zipfile, name, limit)
        shard = _zipped(archive, [entry(name, content) for name, content in FILES.items()])
    whole = archive.read_bytes()
    expected = {f"tree/{name}": content for name, content in FILES.items()}
    codes: set[str] = set()
    for number, damaged in enumerate(_damaged(whole, random.Random(7))):
        place = tmp_path / str(number)
        tree = place / "tree"
        tree.mkdir(parents=True)
        archive.write_bytes(damaged)
        try:
            unpack(shard, archive, tree)
        except JobError as error:
            codes.add(error.code)
            assert [path.name for path in place.iterdir()] == ["tree"], number
        else:
            assert {str(path.relative_to(place)): path.read_bytes() for path in _files(place)} == expected, number
        shutil.rmtree(place)
    assert codes == {"SHARD_DAMAGED", "SHARD_UNSAFE"}


def _damaged(whole: bytes, chance: random.Random) -> Iterator[bytes]:
    """Most of the damage is where the zip says what is in it: of its contents, a CRC tells."""
    directory = whole.index(DIRECTORY)
    headers = [at for at in range(directory) if whole.startswith(b"PK\x03\x04", at)]
    for _ in range(DAMAGES):
        kind = chance.randrange(10)
        content = bytearray(whole)
        if kind == 0:
            yield whole[: chance.randrange(len(whole))]
            continue
        if kind == 1:
            at = chance.randrange(len(whole))
            yield whole[:at] + whole[at + chance.randrange(1, 100) :]
            continue
        start, stop = directory, len(whole)
        if kind == 2:
            start, stop = 0, directory
        elif kind == 3:
            start = chance.choice(headers)
            stop = start + 60
        for _ in range(chance.choice([1, 1, 1, 2, 8])):
            at = chance.randrange(start, stop)
            content[at] = chance.choice([0, 0xFF, content[at] ^ 1 << chance.randrange(8), chance.randrange(256)])
        yield bytes(content)


def _files(directory: Path) -> Iterator[Path]:
    return (path for path in directory.rglob("*") if not path.is_dir())
