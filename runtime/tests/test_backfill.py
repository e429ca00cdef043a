from __future__ import annotations

from pathlib import Path

import lance
import pyarrow as pa
import pytest

from support import backfill, column, fails_unchanged, numbers, run, versions

pytestmark = pytest.mark.usefixtures("local_ray")


def test_fills_a_new_column_in_every_fragment(tmp_path: Path) -> None:
    numbers(tmp_path / "t")

    outcome = run(backfill(tmp_path / "t"))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == [number * 2 for number in range(10)]
    assert lance.dataset(tmp_path / "t").schema.field("out").type == pa.int64()
    assert (outcome.last["rows"], outcome.last["fragments"], outcome.last["tableVersion"]) == (10, 3, 3)
