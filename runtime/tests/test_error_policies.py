"""What becomes of rows whose values cannot be computed, and of functions that never end."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest

from backfill_runtime import skipped_rows
from support import backfill, column, fails_unchanged, numbers, run

DOUBLES = [number * 2 for number in range(10)]
WITHOUT_FIVE = [None if number == 5 else number * 2 for number in range(10)]
INT = {"outputType": "int64"}


def _skipped(table: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (table / "_backfill/r1/skipped.ndjson").read_text().splitlines()]


@pytest.mark.usefixtures("inline_pool")
class TestSkip:
    @pytest.mark.parametrize(
        ("udf", "more", "reason"),
        [
            ("double_not_five", {}, "ValueError: five"),
            ("async_double_not_five", {}, "ValueError: five"),
            ("arrow_double_not_five", INT, "ValueError: five"),
            ("numpy_double_not_five", INT, "ValueError: five"),
            ("async_arrow_double_not_five", INT, "ValueError: five"),
            ("wrong_at_five_doubles", {}, "returned a str, expected int64"),
            ("stops_at_five_doubles", {}, "StopIteration"),
        ],
    )
    def test_the_row_becomes_null_and_is_written_down(
        self, tmp_path: Path, udf: str, more: dict[str, object], reason: str
    ) -> None:
        numbers(tmp_path / "t")

        outcome = run(backfill(tmp_path / "t", udf, onError="skip", **more))

        assert outcome.succeeded, outcome.last
        assert column(tmp_path / "t") == WITHOUT_FIVE
        assert sum(event["rows"] for event in outcome.of("skipped")) == 1
        assert _skipped(tmp_path / "t") == [{"fragment": 1, "row": 1, "row_id": (1 << 32) + 1, "reason": reason}]

    def test_names_the_stable_row_id(self, tmp_path: Path) -> None:
        data = pa.table({"number": list(range(10))})
        lance.write_dataset(data, tmp_path / "t", max_rows_per_file=4, enable_stable_row_ids=True)

        run(backfill(tmp_path / "t", "double_not_five", onError="skip"))

        assert _skipped(tmp_path / "t")[0]["row_id"] == 5

    def test_an_old_value_becomes_null(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", out=pa.array([-1] * 10, pa.int64()))

        run(backfill(tmp_path / "t", "double_not_five", onError="skip", where="number > 3"))

        assert column(tmp_path / "t") == [-1, -1, -1, -1, 8, None, 12, 14, 16, 18]

    def test_the_next_run_tries_again(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")
        run(backfill(tmp_path / "t", "double_not_five", onError="skip"))

        second = run(backfill(tmp_path / "t"), run_id="r2")

        assert (second.last["rows"], column(tmp_path / "t")) == (1, DOUBLES)

    def test_the_list_is_bounded_and_the_count_is_not(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(skipped_rows, "MAX_LINES", 3)
        numbers(tmp_path / "t")

        outcome = run(backfill(tmp_path / "t", "always_fails", onError="skip"))

        assert len(_skipped(tmp_path / "t")) == 3
        assert sum(event["rows"] for event in outcome.of("skipped")) == 10

    def test_rows_that_another_attempt_skips_again_are_written_down_once(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")
        job = backfill(tmp_path / "t", "double_not_five", onError="skip", where="true")

        run(job)
        run(job, attempt=2)

        assert len(_skipped(tmp_path / "t")) == 1

    def test_a_column_that_takes_no_null_is_refused(self, tmp_path: Path) -> None:
        schema = pa.schema([pa.field("number", pa.int64()), pa.field("out", pa.int64(), nullable=False)])
        lance.write_dataset(pa.table({"number": [1], "out": [0]}, schema=schema), tmp_path / "t")

        fails_unchanged(backfill(tmp_path / "t", where="true", onError="skip"), tmp_path / "t", "COLUMN_NOT_NULLABLE")

    def test_a_wrong_number_of_rows_is_not_skipped(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")

        fails_unchanged(
            backfill(tmp_path / "t", "batch_short", onError="skip", **INT), tmp_path / "t", "UDF_WRONG_TYPE"
        )


@pytest.mark.usefixtures("inline_pool")
class TestRetry:
    @pytest.mark.parametrize(
        ("udf", "more"),
        [("flaky", {}), ("async_flaky", {}), ("arrow_flaky", INT), ("numpy_flaky", INT)],
    )
    def test_an_error_that_goes_away(self, tmp_path: Path, udf: str, more: dict[str, object]) -> None:
        numbers(tmp_path / "t", folder=[str(tmp_path)] * 10)

        outcome = run(backfill(tmp_path / "t", udf, onError="retry", retries=2, retrySeconds=0.01, **more))

        assert outcome.succeeded, outcome.last
        assert column(tmp_path / "t") == DOUBLES

    @pytest.mark.parametrize(
        ("udf", "more"),
        [("double_not_five", {}), ("async_double_not_five", {}), ("arrow_double_not_five", INT)],
    )
    def test_an_error_that_stays_names_its_row(self, tmp_path: Path, udf: str, more: dict[str, object]) -> None:
        numbers(tmp_path / "t")

        error = fails_unchanged(
            backfill(tmp_path / "t", udf, onError="retry", retrySeconds=0, **more), tmp_path / "t", "UDF_FAILED"
        )

        assert (error["fragment"], error["row"]) == (1, 1)
        assert error["message"].endswith("raised ValueError: five on number=5")

    def test_waits_longer_each_time(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=1, folder=[str(tmp_path)])

        began = time.monotonic()
        run(backfill(tmp_path / "t", "always_fails", onError="retry", retries=3, retrySeconds=0.1))

        assert time.monotonic() - began >= 0.7

    def test_then_skips_when_the_job_says_so(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", folder=[str(tmp_path)] * 10)

        run(backfill(tmp_path / "t", "flaky_but_for_five", onError="skip", retries=2, retrySeconds=0))

        assert column(tmp_path / "t") == WITHOUT_FIVE


@pytest.mark.usefixtures("inline_pool")
class TestFail:
    @pytest.mark.parametrize("udf", ["arrow_double_not_five", "numpy_double_not_five", "async_arrow_double_not_five"])
    def test_the_row_of_a_batch_is_found(self, tmp_path: Path, udf: str) -> None:
        numbers(tmp_path / "t")

        error = fails_unchanged(backfill(tmp_path / "t", udf, **INT), tmp_path / "t", "UDF_FAILED")

        assert (error["fragment"], error["row"]) == (1, 1)
        assert error["message"].endswith("raised ValueError: five on number=5")
        assert f"in {udf}" in error["traceback"]

    def test_a_batch_that_fails_only_as_a_whole(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", per_fragment=10)

        error = fails_unchanged(
            backfill(tmp_path / "t", "fails_on_many", batchRows=10, **INT), tmp_path / "t", "UDF_FAILED"
        )

        assert error["message"].endswith("on rows 0 to 9, though not on its halves")

    def test_a_batch_that_fails_only_as_a_whole_recovers_when_it_may(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", per_fragment=10)

        run(backfill(tmp_path / "t", "fails_on_many", batchRows=10, onError="retry", retrySeconds=0, **INT))

        assert column(tmp_path / "t") == DOUBLES

    def test_the_wrong_value_of_a_batch_is_found(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")

        error = fails_unchanged(backfill(tmp_path / "t", "list_wrong_at_five", **INT), tmp_path / "t", "UDF_WRONG_TYPE")

        assert (error["fragment"], error["row"]) == (1, 1)
        assert "returned 'five' of type str, expected int64" in error["message"]


@pytest.mark.usefixtures("inline_pool")
class TestTimeLimit:
    @pytest.mark.parametrize("udf", ["hangs_at_five", "spins_at_five", "async_hangs_at_five"])
    def test_a_function_that_never_ends_names_its_row(self, tmp_path: Path, udf: str) -> None:
        numbers(tmp_path / "t")

        error = fails_unchanged(backfill(tmp_path / "t", udf, batchTimeoutSeconds=0.3), tmp_path / "t", "UDF_TIMEOUT")

        assert (error["fragment"], error["row"]) == (1, 1)
        assert error["message"].endswith("did not return within 0.3 seconds on number=5")

    def test_an_async_function_that_blocks_its_loop(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")

        error = fails_unchanged(
            backfill(tmp_path / "t", "async_blocks_at_five", batchTimeoutSeconds=0.2), tmp_path / "t", "UDF_TIMEOUT"
        )

        assert error["message"].endswith("did not return within 0.4 seconds on number=5")  # twice what may only wait
        assert (error["fragment"], error["row"]) == (1, 1)
        assert "time.sleep(60)" in error["traceback"]

    def test_a_batch_function_that_never_ends_names_its_rows(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")

        error = fails_unchanged(
            backfill(tmp_path / "t", "arrow_hangs_at_five", batchTimeoutSeconds=0.3, **INT),
            tmp_path / "t",
            "UDF_TIMEOUT",
        )

        assert error["message"].endswith("on rows 0 to 3")
        assert "in arrow_hangs_at_five" in error["traceback"]

    @pytest.mark.parametrize(
        ("udf", "more"), [("hangs_at_five", {}), ("async_hangs_at_five", {}), ("arrow_hangs_at_five", INT)]
    )
    def test_and_is_skipped_when_the_job_says_so(self, tmp_path: Path, udf: str, more: dict[str, object]) -> None:
        numbers(tmp_path / "t")

        outcome = run(backfill(tmp_path / "t", udf, batchTimeoutSeconds=0.2, onError="skip", **more))

        assert outcome.succeeded, outcome.last
        assert column(tmp_path / "t") == WITHOUT_FIVE


@pytest.mark.usefixtures("local_ray")
class TestInActors:
    def test_what_was_skipped_survives_the_death_of_an_actor(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t", rows=60, per_fragment=60, folder=[str(tmp_path)] * 60)

        outcome = run(backfill(tmp_path / "t", "skips_and_dies_at_forty_once", checkpointRows=10, onError="skip"))

        assert outcome.succeeded, outcome.last
        assert len(outcome.of("retry")) == 1
        assert [row["row"] for row in _skipped(tmp_path / "t")] == [3, 33, 43]
        expected = [None if number in (3, 33, 43) else number * 2 for number in range(60)]
        assert column(tmp_path / "t") == expected

    def test_a_function_that_hangs_in_an_actor(self, tmp_path: Path) -> None:
        numbers(tmp_path / "t")

        error = fails_unchanged(
            backfill(tmp_path / "t", "hangs_at_five", batchTimeoutSeconds=1), tmp_path / "t", "UDF_TIMEOUT"
        )

        assert (error["fragment"], error["row"]) == (1, 1)


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize("udf", ["cancelled", "panics"])
def test_what_is_no_exception_ends_the_run_in_an_error_event(tmp_path: Path, udf: str) -> None:
    numbers(tmp_path / "t")
    outcome = run(backfill(tmp_path / "t", udf))
    assert not outcome.succeeded
    assert outcome.last["type"] == "error"
