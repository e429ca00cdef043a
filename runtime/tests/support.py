"""Small worlds for the tests: tables, specs, runs with their events."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import lance
import pyarrow as pa
from referencing import Registry, Resource

from backfill_runtime import driver, job_spec
from backfill_runtime.events import Emitter

SCHEMAS = Path(__file__).parent.parent.parent / "schemas"


def validator(name: str) -> jsonschema.Validator:
    """Of one of the repository's schemas, which refer to each other by id."""
    schemas = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.schema.json")}
    registry = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas.values())
    return jsonschema.Draft7Validator(schemas[f"{name}.v1.schema.json"], registry=registry)


def fixtures(name: str, kind: str) -> list[Path]:
    return sorted((SCHEMAS / "fixtures" / name / kind).glob("*.json"))


@dataclass(frozen=True)
class Run:
    """How a job went."""

    succeeded: bool
    events: list[dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    @property
    def last(self) -> dict[str, Any]:
        return self.events[-1]


def spec(job: dict[str, Any], *, run_id: str = "r1", attempt: int = 1, bundle: dict[str, str] | None = None) -> str:
    """The JSON that the submitter would write."""
    head = {"schema": job_spec.SCHEMA, "run": run_id, "attempt": attempt, "environment": "test"}
    return json.dumps(head | {"bundle": bundle, "job": job})


def run(job: dict[str, Any], *, run_id: str = "r1", attempt: int = 1, bundle: dict[str, str] | None = None) -> Run:
    """Runs a job in this process, and checks each event against its schema."""
    output = io.StringIO()
    text = spec(job, run_id=run_id, attempt=attempt, bundle=bundle)
    succeeded = driver.run(job_spec.parse(text), Emitter(run_id, attempt, output))
    return Run(succeeded, checked_events(output.getvalue().splitlines()))


def checked_events(lines: Iterable[str]) -> list[dict[str, Any]]:
    # Not only at the start of a line: Ray prints what workers print in two writes, and an event may come between them.
    starts = [(line, line.find('{"schema":"runtime-events/v1"')) for line in lines]
    events = [json.loads(line[start:]) for line, start in starts if start >= 0]
    schema = validator("runtime-event")
    for event in events:
        schema.validate(event)
    return events


def backfill(table: Path | str, udf: str = "double", column: str = "out", **more: Any) -> dict[str, Any]:
    """A job with one actor: starting one is what takes the time of a test."""
    job = {"name": "job", "kind": "backfill", "table": str(table), "column": column, "udf": f"functions:{udf}"}
    return job | {"workers": {"concurrency": 1}} | more


def view(source: Path | str, destination: Path | str, **more: Any) -> dict[str, Any]:
    job = {"name": "view", "kind": "materialized-view", "source": str(source), "destination": str(destination)}
    return job | {"workers": {"concurrency": 1}} | more


def numbers(path: Path, rows: int = 10, per_fragment: int = 4, **columns: Any) -> lance.LanceDataset:
    """A table with `number` 0, 1, ... and `text` x0, x1, ..., in several fragments."""
    data = {"number": list(range(rows)), "text": [f"x{index}" for index in range(rows)], **columns}
    return lance.write_dataset(pa.table(data), path, max_rows_per_file=per_fragment)


def column(path: Path | str, name: str = "out") -> list[Any]:
    return lance.dataset(str(path)).to_table(columns=[name])[name].to_pylist()


def versions(path: Path | str) -> int:
    return lance.dataset(str(path)).version


def fails_unchanged(job: dict[str, Any], table: Path, code: str) -> dict[str, Any]:
    """Runs a job that must end in one error event with `code` and leave the table as it was. Returns the event."""
    before = lance.dataset(str(table))
    outcome = run(job)
    after = lance.dataset(str(table))
    assert not outcome.succeeded
    assert [event["code"] for event in outcome.of("error")] == [code], outcome.last
    assert outcome.last["type"] == "error"
    assert (after.version, after.schema) == (before.version, before.schema)
    return outcome.last


@contextmanager
def seen(folder: Path | str, states: list[list[Any]], every: float = 0.005) -> Iterator[None]:
    """A reader that polls meanwhile, and must see no column `out`, or it in one of these states."""
    odd: list[list[Any]] = []
    done = threading.Event()

    def poll() -> None:
        while not done.wait(every):
            dataset = lance.dataset(folder)
            if "out" in dataset.schema.names:
                values = dataset.to_table(columns=["out"])["out"].to_pylist()
                if values not in states:
                    odd.append(values)

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        yield
    finally:
        done.set()
        reader.join()
    assert odd == []
