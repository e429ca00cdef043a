from __future__ import annotations

from pathlib import Path

import lance
import numpy as np
import pyarrow as pa
import pytest

from support import backfill, run

pytestmark = pytest.mark.usefixtures("inline_pool")


@pytest.mark.parametrize("rows", [1, 65_536, 65_537, 3 * 65_536, 3 * 65_536 + 1, 600_000])
def test_lance_takes_all_rows_of_a_fragment_for_changed(tmp_path: Path, rows: int) -> None:
    """Whoever asks Lance for the rows that have changed since a version gets these."""
    data = pa.table({"number": np.arange(rows + 10), "out": pa.nulls(rows + 10, pa.int64())})
    lance.write_dataset(data, tmp_path / "t", max_rows_per_file=rows, enable_stable_row_ids=True)

    assert run(backfill(tmp_path / "t", "numpy_double", where=f"number < {rows}", outputType="int64")).succeeded

    table = lance.dataset(tmp_path / "t")
    changed = table.to_table(columns=["_row_last_updated_at_version"])["_row_last_updated_at_version"].to_numpy()
    assert set(changed[:rows]) == {2}
    assert set(changed[rows:]) == {1}
