from __future__ import annotations

from pathlib import Path

import lance
import pyarrow as pa
import pytest

from backfill_runtime.errors import JobError
from backfill_runtime.tables import check_filter, later_fragments
from support import backfill, numbers, run


def _refused(folder: Path, where: str) -> JobError:
    table = lance.write_dataset(pa.table({"id": [1], "country": ["fr"]}), str(folder / "t"))
    with pytest.raises(JobError) as caught:
        check_filter(table, where)
    assert caught.value.code == "WHERE_INVALID"
    return caught.value


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("contry = 'fr'", "No field named contry. Did you mean 'country'?"),
        ("id + 1", "The filter id + Int64(1) does not return a boolean"),
        ("id > ${FIRST}", "Lance has no such values as it names, perhaps $ or : before a name"),
        ("id > :first", "Lance has no such values as it names, perhaps $ or : before a name"),
    ],
)
def test_a_filter_that_does_not_fit_is_told_in_words_about_the_filter_only(
    tmp_path: Path, where: str, says: str
) -> None:
    error = _refused(tmp_path, where)

    assert error.message == f"where {where!r}: {says}"
    assert error.fix == "write a Lance SQL condition over the columns id, country"


@pytest.mark.parametrize(
    ("where", "after"),
    [
        ("id > 3;", ";"),
        ("id > 3; -- the new ones", ";"),
        ("id > 3 adn country = 'fr'", "adn"),
        ("id > 3) OR (id < 1", ")"),
        ("id > 3)", ")"),
        ("id > 3, id < 9", ","),
        ("id > 3 : 9", ":"),
        ("id > 3 ORDER BY id", "ORDER"),
        ("id > 3 'a\nb'", "'a\nb'"),
    ],
)
def test_what_lance_would_ignore_after_a_condition_is_refused(tmp_path: Path, where: str, after: str) -> None:
    error = _refused(tmp_path, where)

    assert error.message == f"where {where!r}: Lance ignores {after} after the condition, and what follows it"
    assert error.fix == "remove that part, or join it to the condition by AND or OR"


@pytest.mark.parametrize(
    "where",
    [
        "id > 3 -- the new ones",
        "-- the new ones;\nid > 3 /* ; */",
        "country = 'a;b) -- , ]'",
        "(id > 3) = (country = 'fr')",
        "id IN (1, 2) AND country LIKE 'f%'",
        "regexp_match(country, 'f')",
        "id BETWEEN 1 AND 3",
        "`id` IS NOT NULL",
        "true",
    ],
)
def test_a_whole_condition_is_taken(tmp_path: Path, where: str) -> None:
    table = lance.write_dataset(pa.table({"id": [1], "country": ["fr"]}), str(tmp_path / "t"))

    check_filter(table, where)

    assert table.count_rows(filter=where) == table.count_rows(filter=f"_rowaddr >= 0 AND (\n{where}\n)")


def test_rows_that_come_are_not_looked_for_where_columns_were_replaced_in_place(
    tmp_path: Path, inline_pool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers(tmp_path / "t", out=pa.nulls(10, pa.int64()))
    assert run(backfill(tmp_path / "t", commitEvery=1)).succeeded
    table = lance.dataset(tmp_path / "t")
    table.update({"text": "'moved'"}, where="number = 3")
    table.insert(pa.table({"number": [10], "text": ["late"], "out": [0]}))
    checkout, looked_at = lance.LanceDataset.checkout_version, []

    def counted(self: lance.LanceDataset, version: int) -> lance.LanceDataset:
        looked_at.append(version)
        return checkout(self, version)

    monkeypatch.setattr(lance.LanceDataset, "checkout_version", counted)

    assert later_fragments(table, 1, moved=True) == {3, 4}
    assert later_fragments(table, 1, moved=False) == {4}
    assert looked_at == [4, 5, 5, 6, 5, 6]
