"""Random histories of a source, with refreshes of a view in between: it always equals a full recompute."""

from __future__ import annotations

import datetime
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import lance
import pyarrow as pa
import pytest

from backfill_runtime import materialized_view, view_commit, view_computer, view_state
from support import Run, backfill, run, view

pytestmark = pytest.mark.usefixtures("inline_pool")

SEEDS = [*range(24), *random.sample(range(1000, 1_000_000), 8)]  # of a failed test: its name has it
STEPS = 24
FILTERS: dict[str | None, Any] = {
    None: lambda _: True,
    "number % 3 = 1": lambda row: row["number"] is not None and row["number"] % 3 == 1,
    "NOT flag": lambda row: row["flag"] is False,
}
COLUMNS: list[dict[str, str]] = [
    {"column": "twice", "udf": "functions:double"},
    {"column": "few", "udf": "functions:few"},
]
INPUTS = ("id", "number", "flag")
KILLED_AT = [
    (view_computer, "write_fragments"),
    (view_commit, "_removal"),
    (view_commit, "begin_commit"),
    (view_commit, "commit_with_state"),
    (view_commit, "store_state"),
    (view_commit, "end_commit"),
    (view_state, "commit_with_state"),
    (materialized_view, "replace_view"),
]
Row = dict[str, Any]


class Killed(KeyboardInterrupt):
    """Nothing handles it, as nothing handles kill -9: a driver tells of all that is raised but interrupts."""


@contextmanager
def killed_at(moment: int) -> Iterator[None]:
    """Raises at the so many-th of all moments before and after what a refresh does to tables."""
    left = iter([False] * moment + [True])

    def wrapped(function: Any) -> Any:
        def called(*args: Any, **kwargs: Any) -> Any:
            if next(left, False):
                raise Killed
            result = function(*args, **kwargs)
            if next(left, False):
                raise Killed
            return result

        return called

    patches = [mock.patch.object(module, name, wrapped(getattr(module, name))) for module, name in KILLED_AT]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()


class History:
    """A source that changes at random, and a view that is refreshed now and then."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.source, self.destination = folder / "source", folder / "view"
        self.where = self.random.choice(list(FILTERS))
        self.column = self.random.choice(COLUMNS)
        self.next_id = self.refreshes = 0
        self.stands: list[dict[int, tuple[Any, ...]]] = []  # inputs by id, of the source that the view may stand at
        self.shown: list[Row] = []  # what a reader of the view saw last
        lance.write_dataset(self.new_rows(20), self.source, max_rows_per_file=6, enable_stable_row_ids=True)

    @property
    def table(self) -> lance.LanceDataset:
        return lance.dataset(self.source)

    def new_rows(self, count: int) -> pa.Table:
        ids = range(self.next_id, self.next_id + count)
        self.next_id += count
        numbers = [self.random.choice([None, *range(9)]) for _ in ids]
        flags = [self.random.choice([None, True, False]) for _ in ids]
        rows = {
            "id": pa.array(ids, pa.int64()),
            "number": pa.array(numbers, pa.int64()),
            "flag": pa.array(flags, pa.bool_()),
        }
        return pa.table(rows | {"other": pa.nulls(count, pa.int64())})

    def some(self) -> str:
        """A condition for some rows, often of few fragments."""
        return self.random.choice([f"id % 7 = {self.random.randrange(7)}", f"id > {self.next_id - 5}", "number = 4"])

    def insert(self) -> None:
        rows = self.new_rows(self.random.randrange(1, 6))
        missing = [name for name in self.table.schema.names if name not in rows.column_names]
        for name in missing:
            rows = rows.append_column(name, pa.nulls(len(rows), self.table.schema.field(name).type))
        self.table.insert(rows.select(self.table.schema.names))

    def update_input(self) -> None:
        self.table.update({"number": f"{self.random.randrange(9)}"}, where=self.some())

    def update_filtered(self) -> None:
        self.table.update({"flag": self.random.choice(["true", "false"])}, where=self.some())

    def update_other(self) -> None:
        self.table.update({"other": f"{self.random.randrange(9)}"}, where=self.some())

    def upsert(self) -> None:
        rows = self.table.to_table(filter=self.some())
        rows = rows.set_column(rows.schema.get_field_index("number"), "number", pa.array([7] * len(rows), pa.int64()))
        self.table.merge_insert("id").when_matched_update_all().execute(rows)

    def update_in_place(self) -> None:
        fragment = self.random.choice(self.table.get_fragments())
        rows = pa.table({"id": fragment.to_table(columns=["id"])["id"].slice(0, 2)})
        rows = rows.append_column("number", pa.array([5] * len(rows), pa.int64()))
        if len(rows):
            read_version = self.table.version
            updated, fields = fragment.update_columns(rows, left_on="id", right_on="id")
            operation = lance.LanceOperation.Update(updated_fragments=[updated], fields_modified=fields)
            lance.LanceDataset.commit(self.source, operation, read_version=read_version)

    def delete(self) -> None:
        self.table.delete(self.some())

    def compact(self) -> None:
        self.table.optimize.compact_files(target_rows_per_fragment=self.random.choice([8, 1000]))

    def backfill_other(self) -> None:
        column = self.random.choice(["other", "new"])
        self.succeeds(backfill(self.source, "scaled", column, inputs={"number": "id"}, where="true"))

    def backfill_input(self) -> None:
        self.succeeds(backfill(self.source, "scaled", "number", inputs={"number": "id"}, where=self.some()))

    def restore(self) -> None:
        versions = [version["version"] for version in self.table.versions()]
        self.table.checkout_version(self.random.choice(versions)).restore()

    def clean_up(self) -> None:
        self.table.cleanup_old_versions(older_than=datetime.timedelta(0))

    def maintain_view(self) -> None:
        if not self.stands:
            return
        lance.dataset(self.destination).optimize.compact_files()
        if self.random.random() < 0.5:
            lance.dataset(self.destination).cleanup_old_versions(
                older_than=datetime.timedelta(0), error_if_tagged_old_versions=False
            )

    def succeeds(self, job: dict[str, Any]) -> Run:
        self.refreshes += 1
        outcome = run(job, run_id=f"r{self.refreshes}")
        assert outcome.succeeded, outcome.last
        return outcome

    @property
    def job(self) -> dict[str, Any]:
        more = {"where": self.where} if self.where else {}
        return view(self.source, self.destination, select=["id"], columns=[self.column], **more)

    def killed_refresh(self) -> None:
        expected = self.expected()
        try:
            with killed_at(self.random.randrange(14)):
                self.succeeds(self.job)
        except Killed:
            if not (self.destination / "_versions").exists():
                return
        shown, before = self.rows_shown(), self.shown
        assert shown in (before, expected)
        if shown == expected:
            self.stands = [*(self.stands if shown == before else []), self.inputs()]
        self.shown = shown

    def refresh(self) -> None:
        now = self.inputs()
        kept = {row["id"] for row in self.rows() if FILTERS[self.where](row)}
        changed = [{key for key in kept if before.get(key) != now[key]} for before in self.stands]

        outcome = self.succeeds(self.job)

        self.shown = self.rows_shown()
        assert self.shown == self.expected()
        if outcome.last["refresh"] == "whole":
            assert any(part in outcome.last["reason"] for part in ("is new", "was cleaned up", "were cleaned up"))
        else:
            assert outcome.of("plan")[0]["rows"] <= max(map(len, changed))
        again = self.succeeds(self.job)
        assert (again.last["refresh"], again.of("plan")[0]["rows"]) == ("fresh", 0)
        assert not lance.dataset(self.destination).tags.list()
        self.stands = [now]

    def inputs(self) -> dict[int, tuple[Any, ...]]:
        return {row["id"]: tuple(row[name] for name in INPUTS) for row in self.rows()}

    def rows(self) -> list[Row]:
        return self.table.to_table(columns=list(INPUTS)).to_pylist()

    def rows_shown(self) -> list[Row]:
        return _sorted(lance.dataset(self.destination).to_table(columns=["id", self.column["column"]]).to_pylist())

    def expected(self) -> list[Row]:
        kept = [row for row in self.rows() if FILTERS[self.where](row)]
        if self.column["column"] == "few":
            return _sorted([{"id": row["id"], "few": few} for row in kept for few in range((row["number"] or 0) % 3)])
        return _sorted([{"id": row["id"], "twice": row["number"] and row["number"] * 2} for row in kept])


CHANGES = [
    History.insert,
    History.update_input,
    History.update_filtered,
    History.update_other,
    History.upsert,
    History.update_in_place,
    History.delete,
    History.compact,
    History.backfill_other,
    History.backfill_input,
    History.restore,
    History.clean_up,
    History.maintain_view,
]
WEIGHTS = [3, 3, 2, 2, 2, 2, 2, 3, 2, 2, 1, 0.5, 2]


@pytest.mark.parametrize("seed", SEEDS)
def test_equals_a_full_recompute(tmp_path: Path, seed: int) -> None:
    history = History(tmp_path, seed)
    for _ in range(STEPS):
        chosen = history.random.choices([*CHANGES, History.refresh, History.killed_refresh], [*WEIGHTS, 6, 8], k=1)[0]
        sys.stderr.write(f"seed {seed}: {chosen.__name__}\n")
        chosen(history)
    history.refresh()


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple((value is not None, value or 0) for value in row.values()))
