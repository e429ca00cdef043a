"""Bundle stores made by hand, good ones and hostile ones."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backfill_runtime.job_spec import BundleRef

Entry = tuple[zipfile.ZipInfo, bytes]


def entry(name: str, content: bytes = b"x", mode: int = 0o100644) -> Entry:
    info = zipfile.ZipInfo("placeholder")
    info.filename = info.orig_filename = name  # as it is: the constructor would clean it
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info, content


@dataclass(frozen=True)
class Store:
    """A store that holds one bundle."""

    directory: Path
    ref: BundleRef
    manifest: dict[str, Any]

    @property
    def manifest_path(self) -> Path:
        return self.directory / "manifests" / f"{self.ref.digest}.json"

    def shard_path(self, root: int = 0, shard: int = 0) -> Path:
        return self.directory / "shards" / f"{self.manifest['roots'][root]['shards'][shard]['key']}.zip"

    @property
    def spec(self) -> dict[str, str]:
        return {"store": self.ref.store, "digest": self.ref.digest, "manifestSha256": self.ref.manifest_sha256}


def publish(
    directory: Path,
    *roots: Mapping[str, bytes] | list[list[Entry]],
    change: Callable[[dict[str, Any]], object] = lambda _: None,
) -> Store:
    """Publishes roots, each given as its files, or as the entries of each of its shards."""
    shards = [_write_root(directory, root) for root in roots]
    manifest = {
        "schema": "bundle-manifest/v1",
        "digest": _sha256(json.dumps([root["digest"] for root in shards]).encode()),
        "tool": "tests",
        "roots": shards,
    }
    change(manifest)
    text = json.dumps(manifest).encode()
    ref = BundleRef(f"file://{directory}/", manifest["digest"], _sha256(text))
    (directory / "manifests").mkdir(parents=True, exist_ok=True)
    (directory / "manifests" / f"{ref.digest}.json").write_bytes(text)
    return Store(directory, ref, manifest)


def _write_root(directory: Path, root: Mapping[str, bytes] | list[list[Entry]]) -> dict[str, Any]:
    entries = root if isinstance(root, list) else [[entry(name, content) for name, content in root.items()]]
    shards = [_write_shard(directory, shard) for shard in entries if shard]
    return {
        "kind": "workspace",
        "digest": _sha256("".join(shard["key"] for shard in shards).encode()),
        "files": sum(shard["files"] for shard in shards),
        "bytes": sum(shard["rawBytes"] for shard in shards),
        "shards": shards,
    }


def _write_shard(directory: Path, entries: list[Entry]) -> dict[str, Any]:
    key = _sha256(repr([(info.filename, info.external_attr, content) for info, content in entries]).encode())
    path = directory / "shards" / f"{key}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return {
        "key": key,
        "files": len(entries),
        "rawBytes": sum(len(content) for _, content in entries),
        "zipBytes": path.stat().st_size,
        "zipSha256": _sha256(path.read_bytes()),
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
