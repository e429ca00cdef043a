"""Other ways to add a column to a Lance table. Each has the benchmark's function, two workers and the same batches."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa

import bench_functions

BATCH_ROWS = 8192
WORKERS = 2

Peer = Callable[[Path, str], None]


def lance_ray_add_columns(table: Path, function: str) -> None:
    import lance_ray

    lance_ray.add_columns(
        str(table),
        transform=_transform(function),
        read_columns=["number"],
        batch_size=BATCH_ROWS,
        concurrency=WORKERS,
    )


def ray_data(table: Path, function: str) -> None:
    """Reads, maps and writes a table of the new column: Ray Data can't add one to a table."""
    import lance_ray
    import ray

    ray.data.DataContext.get_current().enable_progress_bars = False
    rows = lance_ray.read_lance(str(table), columns=["number"])
    mapped = rows.map_batches(
        _transform(function), batch_format="pyarrow", batch_size=BATCH_ROWS, concurrency=WORKERS, zero_copy_batch=True
    )
    lance_ray.write_lance(mapped, str(table.with_name("mapped")))


def one_process(table: Path, function: str) -> None:
    """Lance's own `add_columns`, in a process that starts for it."""
    program = "import sys; import peers; peers.add_here(*sys.argv[1:])"
    subprocess.run([sys.executable, "-c", program, str(table), function], check=True)


def add_here(table: str, function: str) -> None:
    import lance

    lance.dataset(table).add_columns(_transform(function), read_columns=["number"], batch_size=BATCH_ROWS)


PEERS: dict[str, Peer] = {
    "lance-ray add_columns": lance_ray_add_columns,
    "Ray Data, to a new table": ray_data,
    "Lance add_columns in one process": one_process,
}


def _transform(name: str) -> Callable[[pa.RecordBatch], pa.RecordBatch]:
    function = getattr(bench_functions, name)

    def plain(batch: pa.RecordBatch) -> pa.RecordBatch | pa.Table:
        values = [function(number) for number in batch.column("number").to_pylist()]
        return _like(batch, pa.array(values, pa.int64()))

    def vectors(batch: pa.RecordBatch) -> pa.RecordBatch | pa.Table:
        numbers = batch.column("number")
        numbers = numbers.combine_chunks() if isinstance(numbers, pa.ChunkedArray) else numbers
        values: np.ndarray = function(numbers.to_numpy(zero_copy_only=False))
        return _like(batch, pa.FixedSizeListArray.from_arrays(values.ravel(), bench_functions.DIMENSIONS))

    return vectors if name == "embed" else plain


def _like(batch: pa.RecordBatch | pa.Table, values: pa.Array) -> pa.RecordBatch | pa.Table:
    return type(batch).from_arrays([values], names=["out"])
