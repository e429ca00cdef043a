from __future__ import annotations

from pathlib import Path

import lance
import pyarrow as pa
import pytest

from backfill_runtime.errors import JobError
from backfill_runtime.tables import check_filter


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("contry = 'fr'", "No field named contry. Did you mean 'country'?"),
        ("id + 1", "The filter id + Int64(1) does not return a boolean"),
    ],
)
def test_a_filter_that_does_not_fit_is_told_in_words_about_the_filter_only(
    tmp_path: Path, where: str, says: str
) -> None:
    table = lance.write_dataset(pa.table({"id": [1], "country": ["fr"]}), str(tmp_path / "t"))

    with pytest.raises(JobError) as caught:
        check_filter(table, where)

    assert caught.value.code == "WHERE_INVALID"
    assert caught.value.message == f"where {where!r}: {says}"
    assert caught.value.fix == "write a Lance SQL condition over the columns id, country"
