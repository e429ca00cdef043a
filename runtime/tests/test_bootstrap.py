from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backfill_runtime import bootstrap
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import BundleRef
from bundles import Store, entry, publish
from conftest import PYTHONPATH
from support import backfill, spec


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    path = tmp_path / "cache"
    path.mkdir()
    return path


def _unpack(store: Store, cache: Path) -> list[Path]:
    return bootstrap.ensure_unpacked(store.ref, cache)


def _refused(store: Store, cache: Path) -> JobError:
    """Unpacks a bundle that must be refused and leave nothing behind."""
    with pytest.raises(JobError) as caught:
        _unpack(store, cache)
    assert {path.name for path in cache.iterdir()} <= {f"{store.ref.digest}.lock", ".unpacking.lock"}
    return caught.value


def test_unpacks_roots_in_the_manifests_order(tmp_path: Path, cache: Path) -> None:
    store = publish(tmp_path / "store", {"a.py": b"A = 1\n", "pkg/b.py": b"B = 2\n"}, {"a.py": b"A = 3\n"}, {})

    roots = _unpack(store, cache)

    assert [root.name for root in roots] == [root["digest"] for root in store.manifest["roots"]]
    assert (roots[0] / "pkg/b.py").read_bytes() == b"B = 2\n"
    assert (roots[1] / "a.py").read_bytes() == b"A = 3\n"
    assert list(roots[2].iterdir()) == []


def test_joins_the_shards_of_a_root(tmp_path: Path, cache: Path) -> None:
    shards = [[entry(f"pkg/m{number}.py", str(number).encode())] for number in range(9)]

    (root,) = _unpack(publish(tmp_path / "store", shards), cache)

    assert sorted(path.read_text() for path in (root / "pkg").iterdir()) == [str(number) for number in range(9)]


def test_restores_x_bits(tmp_path: Path, cache: Path) -> None:
    shard = [entry("run.sh", mode=0o100755), entry("data.txt", mode=0o100644), entry("plain", mode=0)]

    (root,) = _unpack(publish(tmp_path / "store", [shard]), cache)

    assert {path.name: path.stat().st_mode & 0o111 != 0 for path in root.iterdir()} == {
        "run.sh": True,
        "data.txt": False,
        "plain": False,
    }


def test_a_second_process_of_the_node_needs_no_store(tmp_path: Path, cache: Path) -> None:
    store = publish(tmp_path / "store", {"a.py": b"A = 1\n"})
    first = _unpack(store, cache)
    store.manifest_path.unlink()
    store.shard_path().unlink()

    assert _unpack(store, cache) == first


def test_bundles_share_the_roots_that_they_have_in_common(tmp_path: Path, cache: Path) -> None:
    packages = {"lib.py": b"L = 1\n"}
    one = _unpack(publish(tmp_path / "store", {"a.py": b"A = 1\n"}, packages), cache)
    two = _unpack(publish(tmp_path / "store", {"a.py": b"A = 2\n"}, packages), cache)

    assert one[0] != two[0]
    assert one[1] == two[1]
    assert (two[0] / "a.py").read_bytes() == b"A = 2\n"


def test_many_at_once_unpack_once(tmp_path: Path, cache: Path) -> None:
    store = publish(tmp_path / "store", {f"m{number}.py": b"x" for number in range(50)})
    results: list[list[Path]] = []
    threads = [threading.Thread(target=lambda: results.append(_unpack(store, cache))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 6
    assert all(result == results[0] for result in results)
    assert len([path for path in cache.iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize(
    ("shard", "words"),
    [
        ([entry("/etc/passwd")], "'/etc/passwd'"),
        ([entry("../up.py")], "'../up.py'"),
        ([entry("a/../../up.py")], "unsafe name"),
        ([entry("a\\b.py")], "unsafe name"),
        ([entry("C:/a.py")], "unsafe name"),
        ([entry("a//b.py")], "unsafe name"),
        ([entry("./a.py")], "unsafe name"),
        ([entry("a.py\x00.txt")], "unsafe name"),
        ([entry("link", b"/etc/passwd", mode=0o120777)], "not a regular file"),
        ([entry("pipe", mode=0o010644)], "not a regular file"),
        ([entry("a.py"), entry("a.py")], "there already"),
        ([entry("a"), entry("a/b.py")], "below a file"),
        ([entry("a/b.py"), entry("a")], "there already"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_refuses_hostile_entries(tmp_path: Path, cache: Path, shard: list, words: str) -> None:
    error = _refused(publish(tmp_path / "store", [shard]), cache)

    assert error.code == "SHARD_UNSAFE"
    assert words in error.message
    assert not (tmp_path / "up.py").exists()


def test_refuses_the_same_file_in_two_shards(tmp_path: Path, cache: Path) -> None:
    error = _refused(publish(tmp_path / "store", [[entry("a.py", b"1")], [entry("a.py", b"2")]]), cache)

    assert error.code == "SHARD_UNSAFE"


@pytest.mark.parametrize(("field", "value"), [("files", 1), ("files", 3), ("rawBytes", 1), ("rawBytes", 99)])
def test_refuses_another_content_than_declared(tmp_path: Path, cache: Path, field: str, value: int) -> None:
    store = publish(
        tmp_path / "store",
        {"a.py": b"xx", "b.py": b"yy"},
        change=lambda manifest: manifest["roots"][0]["shards"][0].update({field: value}),
    )

    assert _refused(store, cache).code == "SHARD_UNSAFE"


def test_stops_inflating_a_zip_bomb(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = publish(
        tmp_path / "store",
        {"bomb": bytes(64 << 20)},
        change=lambda manifest: manifest["roots"][0]["shards"][0].update(rawBytes=1 << 20),
    )
    written: list[int] = []
    fdopen = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda *arguments, **options: _Counting(fdopen(*arguments, **options), written))

    error = _refused(store, cache)

    assert "more than the 1048576 bytes" in error.message
    assert sum(written) <= 1 << 20


class _Counting:
    def __init__(self, file: object, written: list[int]) -> None:
        self._file, self._written = file, written

    def __enter__(self) -> _Counting:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, chunk: bytes) -> int:
        self._written.append(len(chunk))
        return self._file.write(chunk)


def test_a_manifest_that_is_not_there(tmp_path: Path, cache: Path) -> None:
    store = publish(tmp_path / "store", {"a.py": b"x"})
    store.manifest_path.unlink()

    error = _refused(store, cache)

    assert error.code == "BUNDLE_MANIFEST_MISSING"
    assert f"manifests/{store.ref.digest}.json" in error.message


def test_a_manifest_with_other_bytes(tmp_path: Path, cache: Path) -> None:
    store = publish(tmp_path / "store", {"a.py": b"x"})
    store.manifest_path.write_bytes(store.manifest_path.read_bytes() + b"\n")

    assert _refused(store, cache).code == "BUNDLE_MANIFEST_DAMAGED"


def test_a_manifest_of_another_major_version(tmp_path: Path, cache: Path) -> None:
    store = publish(
        tmp_path / "store", {"a.py": b"x"}, change=lambda manifest: manifest.update(schema="bundle-manifest/v2")
    )

    error = _refused(store, cache)

    assert error.code == "BUNDLE_MANIFEST_VERSION"
    assert "bundle-manifest/v2" in error.message
    assert "bundle-manifest/v1" in error.message


def test_a_manifest_with_an_unknown_field(tmp_path: Path, cache: Path) -> None:
    store = publish(
        tmp_path / "store", {"a.py": b"x"}, change=lambda manifest: manifest["roots"][0].update(path="/home/me")
    )

    assert _refused(store, cache).code == "BUNDLE_MANIFEST_INVALID"


def test_a_shard_that_is_not_there(tmp_path: Path, cache: Path) -> None:
    store = publish(tmp_path / "store", {"a.py": b"x"})
    store.shard_path().unlink()

    error = _refused(store, cache)

    assert error.code == "SHARD_MISSING"
    assert store.shard_path().name in error.message


@pytest.mark.parametrize(
    "damage", [lambda zipped: zipped[:-1], lambda zipped: zipped + b"x", lambda zipped: bytes(len(zipped))]
)
def test_a_shard_with_other_bytes(tmp_path: Path, cache: Path, damage) -> None:
    store = publish(tmp_path / "store", {"a.py": b"x"})
    store.shard_path().write_bytes(damage(store.shard_path().read_bytes()))

    error = _refused(store, cache)

    assert error.code == "SHARD_DAMAGED"
    assert store.shard_path().name in error.message


def test_a_store_that_this_runtime_cannot_read(cache: Path) -> None:
    with pytest.raises(JobError) as caught:
        bootstrap.ensure_unpacked(BundleRef("ftp://bucket/x/", "a" * 64, "b" * 64), cache)

    assert caught.value.code == "STORE_NOT_SUPPORTED"
    assert "ftp://" in caught.value.message


def test_a_cache_that_others_can_write_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(bootstrap.CACHE_VARIABLE, raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert bootstrap.cache_directory().stat().st_mode & 0o777 == 0o700
    bootstrap.cache_directory().chmod(0o777)

    with pytest.raises(JobError) as caught:
        bootstrap.cache_directory()

    assert caught.value.code == "CACHE_NOT_PRIVATE"


def test_the_hook_puts_roots_first_once_and_imports_nothing_heavy(tmp_path: Path) -> None:
    store = publish(tmp_path / "store", {"mine.py": b"WHO = 'bundle'\n"}, {"theirs.py": b"WHO = 'packages'\n"})
    program = """
import json, sys
from backfill_runtime import bootstrap
bootstrap.hook()
bootstrap.hook()
import mine, theirs
print(json.dumps([sys.path[:3], mine.WHO, theirs.WHO, sorted({"ray", "lance", "pyarrow", "numpy"} & set(sys.modules))]))
"""
    environment = {
        **os.environ,
        "PYTHONPATH": PYTHONPATH,
        "BACKFILL_RUNTIME_CACHE": str(tmp_path / "cache"),
        "BACKFILL_JOB_SPEC": spec(backfill("/table"), bundle=store.spec),
    }

    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    path, mine, theirs, heavy = json.loads(done.stdout)
    roots = [str(tmp_path / "cache" / root["digest"]) for root in store.manifest["roots"]]
    assert path[:2] == roots
    assert path[2] not in roots
    assert (mine, theirs, heavy) == ("bundle", "packages", [])


def test_the_hook_does_nothing_without_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKFILL_JOB_SPEC", raising=False)
    before = list(sys.path)

    bootstrap.hook()

    assert sys.path == before


@pytest.mark.parametrize("content", [b"x = 1\n" * 1_000_000, random.Random(1).randbytes(5 << 20)], ids=["file", "zip"])
def test_a_disk_too_small_for_a_bundle_where_one_may_mount(tmp_path: Path, small_disk: Path, content: bytes) -> None:
    """Without a buffer, a full disk takes a part of what is written, and says nothing."""
    store = publish(tmp_path / "store", {"m.py": content})

    for _ in range(2):  # what was taken is not gone on with
        error = _refused(store, small_disk)
        assert error.code == "CACHE_NOT_WRITABLE"
        assert "No space left on device" in error.message


@pytest.mark.parametrize(
    "text",
    [b"no json", b'"\xff"', b"[" * 100_000, b'{"a": 1' + b"0" * 5000 + b"}"],
    ids=["text", "bytes", "deep", "number"],
)
def test_a_manifest_that_is_no_json(tmp_path: Path, cache: Path, text: bytes) -> None:
    store = publish(tmp_path / "store", {"a.py": b"x"})
    store.manifest_path.write_bytes(text)
    ref = dataclasses.replace(store.ref, manifest_sha256=hashlib.sha256(text).hexdigest())

    assert _refused(dataclasses.replace(store, ref=ref), cache).code == "BUNDLE_MANIFEST_INVALID"


@pytest.mark.parametrize(
    "change",
    [
        lambda root: root["shards"].append(root["shards"][0]),
        lambda root: root.update(bytes=10**400),
    ],
    ids=["twice", "too large"],
)
def test_a_manifest_that_cannot_be_meant(
    tmp_path: Path, cache: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    store = publish(tmp_path / "store", {"a.py": b"x"}, change=lambda manifest: change(manifest["roots"][0]))

    assert _refused(store, cache).code == "BUNDLE_MANIFEST_INVALID"


@pytest.mark.parametrize(
    "damage", [lambda text: text[:-1], lambda text: bytes([text[0] ^ 1]) + text[1:], lambda _: b""]
)
def test_a_kept_manifest_that_was_damaged_is_fetched_again(
    tmp_path: Path, cache: Path, damage: Callable[[bytes], bytes]
) -> None:
    store = publish(tmp_path / "store", {"a.py": b"A = 1\n"})
    first = _unpack(store, cache)
    kept = cache / f"{store.ref.manifest_sha256}.json"
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))

    assert _unpack(store, cache) == first
    assert kept.read_bytes() == whole


class TestLeftovers:
    """Of processes that were killed while they unpacked, told from the work of those that are alive."""

    def test_are_removed_by_who_unpacks_next(self, tmp_path: Path, cache: Path) -> None:
        _, killed = _unpacking(tmp_path / "one", cache)
        killed.kill()
        killed.wait()
        left = list(cache.glob(".unpacking-*"))
        assert len(left) == 1

        _unpack(publish(tmp_path / "two", {"b.py": b"B = 1\n"}), cache)

        assert list(cache.glob(".unpacking-*")) == []

    def test_are_not_what_another_process_works_on(self, tmp_path: Path, cache: Path) -> None:
        shard, alive = _unpacking(tmp_path / "one", cache)
        work = list(cache.glob(".unpacking-*"))

        _unpack(publish(tmp_path / "two", {"b.py": b"B = 1\n"}), cache)

        assert list(cache.glob(".unpacking-*")) == work
        assert len(work) == 1
        shard()
        assert alive.wait(60) == 0
        assert list(cache.glob(".unpacking-*")) == []
        assert [path.read_bytes() for path in cache.rglob("a.py")] == [b"A = 1\n"]


def _unpacking(directory: Path, cache: Path) -> tuple[Callable[[], object], subprocess.Popen[bytes]]:
    """A process that waits for a shard, and what gives it the shard."""
    store = publish(directory, {"a.py": b"A = 1\n"})
    path = store.shard_path()
    content = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    program = f"""
from pathlib import Path
from backfill_runtime import bootstrap
from backfill_runtime.job_spec import BundleRef
bootstrap.ensure_unpacked({store.ref!r}, Path({str(cache)!r}))
"""
    process = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": PYTHONPATH})
    while not list(cache.glob(f".unpacking-*/{store.manifest['roots'][0]['digest']}")):
        assert process.poll() is None
        time.sleep(0.01)
    return lambda: path.write_bytes(content), process
