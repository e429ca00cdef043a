"""Where a process keeps what is not whole yet, beside what is. Standard library only."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".unpacking-"
_OWNER = "owner.lock"  # in the directory: locked as long as the process that made it lives


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # released when the file closes, also when the process dies
        yield


@contextmanager
def work_directory(cache: Path) -> Iterator[Path]:
    """A new directory below `cache`. Those of processes that were killed are removed before."""
    with contextlib.ExitStack() as stack:
        with locked(cache / ".unpacking.lock"):  # so that no directory is seen before its owner has locked it
            _remove_leftovers(cache)
            work = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=cache))
            stack.enter_context(locked(work / _OWNER))
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        yield work


def _remove_leftovers(cache: Path) -> None:
    for found in cache.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (found / _OWNER).open("w") as file:  # it is in use, or gone meanwhile
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(found, ignore_errors=True)
