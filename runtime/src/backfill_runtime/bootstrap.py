"""Puts a workspace bundle on `sys.path`: fetched once per node, checked, unpacked into a node-local cache.

Standard library only. Nothing here imports Ray, Lance or Arrow: this runs before the packages of the bundle are there.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import os
import stat
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from backfill_runtime import job_spec
from backfill_runtime.bundle_store import BundleStore, is_remote, open_store
from backfill_runtime.errors import JobError, first_line
from backfill_runtime.shard import Shard, unpack
from backfill_runtime.work_directory import locked, work_directory

CACHE_VARIABLE = "BACKFILL_RUNTIME_CACHE"
MANIFEST_SCHEMA = "bundle-manifest/v1"

_FETCH_THREADS = 4
_SHA256 = r"[0-9a-f]{64}"

# Without the current directory, where a user's module may have the name of a library.
_CHILD = """
import sys
sys.path[:] = [sys.argv[1], *filter(None, sys.path)]
from backfill_runtime import bootstrap
sys.exit(bootstrap.child(sys.argv[2]))
"""
_CHILD_REFUSED = 3


@dataclass(frozen=True)
class Root:
    """One directory of the Python path, as its shards."""

    digest: str
    shards: tuple[Shard, ...]


def hook() -> None:
    """Ray's `worker_process_setup_hook`. Also called by the driver, where Ray does not run it."""
    if os.environ.get(job_spec.ENVIRONMENT_VARIABLE):
        run(job_spec.from_environment())


def run(spec: job_spec.JobSpec) -> list[str]:
    """Makes the bundle of `spec` importable. Returns its root directories, first on `sys.path` first."""
    bundle = spec.bundle
    return use([str(path) for path in ensure_unpacked(bundle, cache_directory())] if bundle else [])


def use(roots: list[str]) -> list[str]:
    """Makes directories importable, before all others. Returns them."""
    os.environ.setdefault("LANCE_LOG", "error")  # read on import; Lance warns about each fragment that a job writes
    sys.path[:] = roots + [entry for entry in sys.path if entry not in roots]
    importlib.invalidate_caches()
    return roots


def cache_directory() -> Path:
    """The node-local cache. Raises JobError(CACHE_NOT_PRIVATE) when someone else could write to it."""
    configured = os.environ.get(CACHE_VARIABLE)
    if configured:
        path = Path(configured)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path
    path = Path(tempfile.gettempdir()) / f"backfill-runtime-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise JobError(
            "CACHE_NOT_PRIVATE",
            f"the bundle cache {path} is not a directory that only this user can use",
            f"remove it, or set {CACHE_VARIABLE} to a private directory",
        )
    return path


def ensure_unpacked(bundle: job_spec.BundleRef, cache: Path) -> list[Path]:
    """The bundle's root directories below `cache`, unpacked by the first process of the node that asks."""
    kept_manifest = cache / f"{bundle.manifest_sha256}.json"
    ready = _unpacked_already(kept_manifest, bundle, cache)
    if ready:
        return ready
    with locked(cache / f"{bundle.digest}.lock"):
        ready = _unpacked_already(kept_manifest, bundle, cache)
        if ready:
            return ready
        (fetch_in_child if is_remote(bundle.store) else fetch)(bundle, cache)
        return _unpacked_already(kept_manifest, bundle, cache)


def fetch(bundle: job_spec.BundleRef, cache: Path) -> None:
    """Unpacks each root of the bundle below `cache`, and then keeps the manifest there."""
    store = open_store(bundle.store)
    text = store.read(f"manifests/{bundle.digest}.json", missing="BUNDLE_MANIFEST_MISSING")
    roots = parse_manifest(text, bundle)
    try:
        with work_directory(cache) as work:
            for root in roots:
                _unpack_root(root, store, work, cache)
            manifest = work / "manifest.json"
            manifest.write_bytes(text)
            manifest.replace(cache / f"{bundle.manifest_sha256}.json")
    except OSError as error:
        raise _not_kept("the bundle", cache, error) from None


def fetch_in_child(bundle: job_spec.BundleRef, cache: Path) -> None:
    """Does the same in a process of its own: what reads the store may be in the bundle too, in another version."""
    arguments = json.dumps({"bundle": dataclasses.asdict(bundle), "cache": str(cache)})
    command = [sys.executable, "-c", _CHILD, str(Path(__file__).parent.parent), arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode == _CHILD_REFUSED:
        raise JobError(**json.loads(done.stdout.splitlines()[-1]))
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise JobError(
            "BUNDLE_NOT_FETCHED",
            f"fetching the bundle from {bundle.store} ended with {done.returncode}: {last}",
            "submit the job again; when it stays, look for the cause in the worker's log",
        )
    sys.stderr.write(done.stderr)


def child(arguments: str) -> int:
    """What the child process of `fetch_in_child` runs."""
    task = json.loads(arguments)
    try:
        fetch(job_spec.BundleRef(**task["bundle"]), Path(task["cache"]))
    except JobError as error:
        sys.stdout.write(json.dumps({"code": error.code, "message": error.message, "fix": error.fix}) + "\n")
        return _CHILD_REFUSED
    return 0


def parse_manifest(text: bytes, bundle: job_spec.BundleRef) -> list[Root]:
    """Raises JobError when the manifest is not, byte for byte, the one that the job was submitted with."""
    name = f"manifests/{bundle.digest}.json"
    if hashlib.sha256(text).hexdigest() != bundle.manifest_sha256:
        raise JobError(
            "BUNDLE_MANIFEST_DAMAGED",
            f"{name} in {bundle.store} has another SHA-256 than the job names",
            "publish the bundle again",
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JobError(
            "BUNDLE_MANIFEST_INVALID", f"{name} is no JSON: {first_line(error)}", "publish the bundle again"
        ) from None
    job_spec.check_version(data, MANIFEST_SCHEMA, "BUNDLE_MANIFEST_VERSION")
    manifest = job_spec.Fields(data, name, "BUNDLE_MANIFEST_INVALID")
    manifest.const("schema", MANIFEST_SCHEMA)
    manifest.const("digest", bundle.digest)
    manifest.string("tool", pattern=r".*")
    roots = [_root(fields) for fields in manifest.children("roots")]
    manifest.done()
    return roots


def _root(fields: job_spec.Fields) -> Root:
    fields.string("kind", pattern="workspace|site-packages|other")
    fields.integer("files", minimum=0)
    fields.integer("bytes", minimum=0)
    root = Root(
        digest=fields.string("digest", pattern=_SHA256),
        shards=tuple(_shard(shard) for shard in fields.children("shards", minimum=0)),
    )
    if len({shard.key for shard in root.shards}) < len(root.shards):
        raise fields.invalid("shards", "names a shard twice")
    fields.done()
    return root


def _shard(fields: job_spec.Fields) -> Shard:
    shard = Shard(
        key=fields.string("key", pattern=_SHA256),
        files=fields.integer("files", minimum=1),
        raw_bytes=fields.integer("rawBytes", minimum=0),
        zip_bytes=fields.integer("zipBytes", minimum=23),
        zip_sha256=fields.string("zipSha256", pattern=_SHA256),
    )
    fields.done()
    return shard


def _unpacked_already(manifest: Path, bundle: job_spec.BundleRef, cache: Path) -> list[Path]:
    """Nothing unless the manifest is there, and whole: one that a disk has damaged is fetched again."""
    try:
        text = manifest.read_bytes()
    except FileNotFoundError:
        return []
    if hashlib.sha256(text).hexdigest() != bundle.manifest_sha256:
        return []
    paths = [cache / root.digest for root in parse_manifest(text, bundle)]
    return paths if all(path.is_dir() for path in paths) else []


def _unpack_root(root: Root, store: BundleStore, work: Path, cache: Path) -> None:
    final = cache / root.digest
    if final.is_dir():
        return
    tree = work / root.digest
    tree.mkdir()
    with ThreadPoolExecutor(_FETCH_THREADS) as threads:
        for finished in [threads.submit(_fetch_and_unpack, shard, store, work, tree) for shard in root.shards]:
            finished.result()
    _rename_unless_there(tree, final)


# Many small files are work for the interpreter, which runs one thread at a time: measured, four that take turns are
# half as fast as one. A large file is work for zlib, which runs beside it.
_one_at_a_time = threading.Lock()


def _fetch_and_unpack(shard: Shard, store: BundleStore, work: Path, tree: Path) -> None:
    archive = work / f"{shard.key}.zip"
    try:
        store.fetch(shard, archive)
        with nullcontext() if shard.files == 1 else _one_at_a_time:
            unpack(shard, archive, tree)
        archive.unlink()
    except OSError as error:
        raise _not_kept(shard.object_name, work.parent, error) from None


def _not_kept(what: str, cache: Path, error: OSError) -> JobError:
    return JobError(
        "CACHE_NOT_WRITABLE",
        f"{what} cannot be kept in {cache}: {error.strerror or error}",
        "make room there on that node, or give its pods more of their disk; then submit again",
    )


def _rename_unless_there(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:
        if not target.is_dir():  # another bundle that shares this root may have been faster
            raise
