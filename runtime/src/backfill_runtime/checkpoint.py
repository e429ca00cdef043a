"""Values that are computed already, so that a later attempt need not compute them again.

A checkpoint is an Arrow file of a range of a fragment's rows. Its folder is named by a key over all that the values
depend on, and the file by the range: a checkpoint of another function, filter or fragment content has another name, so
that whatever is found is valid. Files are created whole, and never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from backfill_runtime.column_tasks import Checkpoint
from backfill_runtime.joined import joined
from backfill_runtime.merge import Piece
from backfill_runtime.table_files import TableFiles

_COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")
_SUFFIX = ".arrow"

Range = tuple[int, int]  # of physical rows, the end excluded


class FragmentCheckpoints:
    """The checkpoints of one fragment, at one key: in a folder of the run's own, and in those of runs before it."""

    def __init__(self, files: TableFiles, folders: Sequence[str], fragment: int) -> None:
        self._files = files
        self._folders = folders
        self._fragment = fragment

    def ranges(self) -> list[Range]:
        """What is there, in order. Ranges overlap when an actor that was taken for dead went on."""
        return sorted(self._found())

    def write(self, start: int, stop: int, pieces: Sequence[Piece]) -> Checkpoint:
        """Creates the file of a range in one step."""
        name = _name(self._folders[0], (start, stop))
        size = self._files.create(name, lambda path: _write(path, pieces))
        rows = sum(len(piece.offsets) for piece in pieces)
        return Checkpoint(self._fragment, start, stop, rows, size)

    def pieces(self) -> Iterator[Piece]:
        """All values, in order; one file in memory at a time."""
        for found, folder in sorted(self._found().items()):
            with (
                self._files.opened(_name(folder, found)) as path,
                pa.memory_map(str(path)) as source,
                pa.ipc.open_file(source) as reader,
            ):
                batch = reader.get_batch(0)
                yield Piece(batch.column("offset").to_numpy().astype(np.int64), batch.column("value"))

    def _found(self) -> dict[Range, str]:
        """Ranges, and the folder that each is in."""
        return {found: folder for folder in reversed(self._folders) for found in ranges_of(self._files.names(folder))}


def ranges_of(names: Iterable[str]) -> list[Range]:
    """The ranges of checkpoints with these names, in order."""
    return sorted(_range(name) for name in names if name.endswith(_SUFFIX))


def gaps(ranges: Sequence[Range], rows: int) -> list[Range]:
    """What `ranges`, in order, leave open of `rows` rows."""
    found, cursor = [], 0
    for start, stop in ranges:
        if start > cursor:
            found.append((cursor, start))
        cursor = max(cursor, stop)
    return [*found, (cursor, rows)] if cursor < rows else found


def reach(ranges: Sequence[Range], start: int) -> int:
    """The first row from `start` on that `ranges`, in order, do not cover."""
    for begin, end in ranges:
        if begin <= start:
            start = max(start, end)
    return start


def _name(folder: str, of: Range) -> str:
    return f"{folder}/{of[0]}-{of[1]}{_SUFFIX}"


def _range(name: str) -> Range:
    start, _, stop = name.removesuffix(_SUFFIX).partition("-")
    return int(start), int(stop)


def _write(path: str, pieces: Sequence[Piece]) -> None:
    """One batch: the file format has no place for a second dictionary of a dictionary column."""
    offsets = np.concatenate([piece.offsets for piece in pieces] or [np.empty(0, np.int64)]).astype(np.uint32)
    values = joined([piece.values for piece in pieces]) if pieces else pa.nulls(0)
    batch = pa.record_batch([pa.array(offsets), values], names=["offset", "value"])
    with pa.OSFile(path, "wb") as target, pa.ipc.new_file(target, batch.schema, options=_COMPRESSED) as writer:
        writer.write_batch(batch)
