"""Names of runs and columns as names of files, however long they are."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from backfill_runtime.run_folder import file_name, other_unfinished_runs
from backfill_runtime.table_files import LocalFiles
from support import Run, backfill, column, numbers, run

LONGEST = 255  # bytes, on every file system that counts
DOUBLES = [number * 2 for number in range(10)]


def _fails_once(tmp_path: Path, name: str, run_id: str) -> tuple[dict[str, object], Run]:
    """A run that is done with the first of three fragments, and the job that may go on."""
    numbers(tmp_path / "t", folder=[str(tmp_path)] * 10)
    (tmp_path / "fail").touch()
    job = backfill(tmp_path / "t", "counted", column=name)
    failed = run(job, run_id=run_id)
    (tmp_path / "fail").unlink()
    return job, failed


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize(("name", "run_id"), [("列" * 40, "r1"), ("列" * 300, "r1"), ("out", "r" * 300)])
def test_a_backfill_goes_on_whatever_the_length_of_its_names(tmp_path: Path, name: str, run_id: str) -> None:
    job, failed = _fails_once(tmp_path, name, run_id)

    second = run(job, run_id=run_id, attempt=2)

    assert [error["code"] for error in failed.of("error")] == ["UDF_FAILED"]
    assert second.succeeded, second.last
    assert second.of("plan")[0]["rowsDone"] == 4
    assert column(tmp_path / "t", name) == DOUBLES


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize("same", [True, False])
def test_a_run_goes_on_with_another_one_of_a_long_name(tmp_path: Path, same: bool) -> None:
    first = "列" * 100
    job, _ = _fails_once(tmp_path, "out", first)
    (attempt,) = (tmp_path / "t/_backfill").glob("*/attempt-1.json")
    attempt.write_text(json.dumps(json.loads(attempt.read_text()) | {"at": 0}))

    second = run(job if same else job | {"udf": "functions:double"}, run_id=first + "x")

    assert second.succeeded, second.last
    assert second.of("plan")[0]["rowsDone"] == (4 if same else 0)
    assert not attempt.exists()  # gone on with, or abandoned


def test_a_run_of_a_long_name_is_no_other_one_to_itself(tmp_path: Path) -> None:
    names = ["列" * 100, "列" * 99 + "x", "short"]
    for name in names:
        (tmp_path / "_backfill" / file_name(name)).mkdir(parents=True)
        (tmp_path / "_backfill" / file_name(name) / "attempt-1.json").touch()

    for name in names:
        others = {file_name(other) for other in other_unfinished_runs(LocalFiles(tmp_path), name)}
        assert others == {file_name(other) for other in names if other != name}


@pytest.mark.parametrize("text", ["out", ".hidden", "a/b", "x y", "é", "x" * LONGEST, "列" * 28, "%41"])
def test_a_name_that_fits_says_all(text: str) -> None:
    assert unquote(file_name(text)) == text
    assert len(file_name(text)) <= LONGEST


@pytest.mark.parametrize("text", ["x" * (LONGEST + 1), "列" * 40, "x列" * 50, "😀" * 99, "." * 99, "%" * 99])
def test_a_name_that_does_not_fit_is_cut_but_its_own(text: str) -> None:
    names = {file_name(text), file_name(text + "x"), file_name("z" + text), file_name(text[:-1])}
    assert len(names) == 4
    for name in names:
        assert len(name) <= LONGEST
        assert "." not in name
        assert "/" not in name
        assert file_name(unquote(name)) == name  # a listing finds the same folder again
