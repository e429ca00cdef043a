from __future__ import annotations

import io
import itertools
import json
from pathlib import Path

import pytest

from backfill_runtime import events
from backfill_runtime.errors import JobError
from backfill_runtime.events import Emitter, Outcome, Refresh
from support import fixtures, validator


def _plan(fields: dict, emitter: Emitter, refresh: Refresh | None) -> None:
    emitter.plan(
        table=fields["table"],
        table_version=fields["tableVersion"],
        fragments=fields["fragments"],
        rows=fields["rows"],
        rows_done=fields["rowsDone"],
        tasks=fields["tasks"],
        concurrency=fields["concurrency"],
        refresh=refresh,
    )


def _emit(kind: str, fields: dict, emitter: Emitter) -> None:
    """Says the same as a fixture does, through the emitter."""
    calls = {
        "plan": lambda: _plan(fields, emitter, None),
        "plan-of-a-view": lambda: _plan(fields, emitter, Refresh(fields["refresh"], reason=fields["reason"])),
        "phase-started": lambda: emitter.phase_started(fields["phase"]),
        "phase-ended": lambda: emitter.phase_ended(fields["phase"], fields["seconds"]),
        "workers": lambda: emitter.workers(up=fields["up"], wanted=fields["wanted"]),
        "progress": lambda: emitter.progress(
            rows_done=fields["rowsDone"], rows=fields["rows"], tasks_done=fields["tasksDone"], tasks=fields["tasks"]
        ),
        "checkpoint": lambda: emitter.checkpoint(
            fragment=fields["fragment"], rows=fields["rows"], size=fields["bytes"]
        ),
        "retry": lambda: emitter.retry(fragment=fields["fragment"], reason=fields["reason"]),
        "skipped": lambda: emitter.skipped(rows=fields["rows"]),
        "commit": lambda: emitter.commit(
            table=fields["table"], table_version=fields["tableVersion"], fragments=fields["fragments"]
        ),
        "result": lambda: emitter.result(
            Outcome(
                fields["table"], fields["tableVersion"], fields["rows"], fields["fragments"], fields["bytesWritten"]
            ),
            fields["seconds"],
        ),
        "error": lambda: emitter.error(
            JobError(
                fields["code"],
                fields["message"],
                fields["fix"],
                fragment=fields["fragment"],
                row=fields["row"],
                user_traceback=fields["traceback"],
            )
        ),
    }
    calls[kind]()


@pytest.mark.parametrize(
    "path",
    fixtures("runtime-event", "valid"),
    ids=lambda path: path.stem,
)
def test_writes_exactly_what_the_fixtures_say(path: Path) -> None:
    expected = json.loads(path.read_text())
    output = io.StringIO()

    _emit(path.stem, expected, Emitter(expected["run"], expected["attempt"], output, clock=lambda: expected["at"]))

    assert json.loads(output.getvalue()) == expected
    assert output.getvalue().startswith('{"schema":"runtime-events/v1"')
    assert output.getvalue().endswith("}\n")
    validator("runtime-event").validate(json.loads(output.getvalue()))


def test_an_error_without_a_row_has_no_row() -> None:
    output = io.StringIO()

    Emitter("r", 1, output).error(JobError("CODE", "message", "fix"))

    assert not {"row", "fragment", "traceback"} & json.loads(output.getvalue()).keys()


def test_thins_out_progress_but_keeps_the_last() -> None:
    output = io.StringIO()
    emitter = Emitter("r", 1, output)

    for done in range(1000):
        emitter.progress(rows_done=done, rows=1000, tasks_done=0, tasks=1)
    emitter.progress(rows_done=1000, rows=1000, tasks_done=1, tasks=1)

    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert len(lines) <= 4
    assert lines[-1]["rowsDone"] == 1000


def test_many_checkpoints_are_put_together_and_none_is_lost() -> None:
    output = io.StringIO()
    emitter = Emitter("r", 1, output)

    for fragment in range(10_000):
        emitter.checkpoint(fragment=fragment, rows=2, size=3)
    emitter.commit(table="t", table_version=2, fragments=10_000)

    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    assert len(lines) < 70
    assert [line["type"] for line in lines[-2:]] == ["checkpoint", "commit"]
    assert sum(line["rows"] for line in lines[:-1]) == 20_000
    assert (lines[-2]["fragment"], sum(line["bytes"] for line in lines[:-1])) == (9_999, 30_000)


def test_a_phase_that_raises_does_not_end() -> None:
    output = io.StringIO()
    emitter = Emitter("r", 1, output)

    with pytest.raises(KeyError), emitter.phase("commit"):
        raise KeyError

    assert [json.loads(line)["state"] for line in output.getvalue().splitlines()] == ["started"]


def test_progress_is_at_most_five_a_second() -> None:
    assert events.PROGRESS_SECONDS >= 0.2


def test_a_log_in_an_object_store_is_saved_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(events.time, "monotonic", lambda: now[0])
    emitter = Emitter("r1", 1, io.StringIO())
    saved: list[tuple[float, int]] = []
    emitter.also_to(tmp_path / "log", lambda: saved.append((now[0], len((tmp_path / "log").read_text().splitlines()))))

    for second in range(0, 4000, 10):
        now[0] = float(second)
        emitter.workers(up=1, wanted=1)
    emitter.close()

    assert saved[:4] == [(30.0, 4), (60.0, 7), (90.0, 10), (120.0, 13)]
    late = [at for at, _ in saved if at > 2000]
    assert all(100 <= after - before <= 210 for before, after in itertools.pairwise(late[:-1]))
    assert saved[-1] == (3990.0, 400)
