from __future__ import annotations

import copy
import json
from pathlib import Path

import jsonschema
import pytest

from backfill_runtime import job_spec
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import BackfillJob, ErrorPolicy, MaterializedViewJob, UdfRef, WorkerGroup, Workers
from support import SCHEMAS, backfill, fixtures, spec, validator

VALID = fixtures("runtime-job-spec", "valid")
BACKFILL = json.loads((SCHEMAS / "fixtures/runtime-job-spec/valid/backfill.json").read_text())


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_accepts_what_the_schema_accepts(path: Path) -> None:
    validator("runtime-job-spec").validate(json.loads(path.read_text()))

    job_spec.parse(path.read_text())


@pytest.mark.parametrize("path", fixtures("runtime-job-spec", "invalid"), ids=lambda path: path.stem)
def test_refuses_what_the_schema_refuses(path: Path) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validator("runtime-job-spec").validate(json.loads(path.read_text()))

    with pytest.raises(JobError):
        job_spec.parse(path.read_text())


def _changes(data: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for key, child in children for found in _changes(child, (*path, key)))]


@pytest.mark.parametrize("fixture", VALID, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "value", [None, True, "", "x y", "s3://x", 0, -1, 0.5, 2.0, [], {}, ["a", "a"], {"x": 1}, "missing"]
)
def test_agrees_with_the_schema_on_each_change_of_one_field(fixture: Path, value: object) -> None:
    valid = json.loads(fixture.read_text())
    for path in _changes(valid)[1:]:
        changed = copy.deepcopy(valid)
        parent = changed
        for key in path[:-1]:
            parent = parent[key]
        if value == "missing":
            del parent[path[-1]]
        else:
            parent[path[-1]] = value
        if path == ("schema",):
            continue
        accepted = validator_of_specs.is_valid(changed)
        try:
            job_spec.parse(json.dumps(changed))
        except JobError:
            assert not accepted, (path, value)
        else:
            assert accepted, (path, value)


validator_of_specs = validator("runtime-job-spec")


def test_reads_a_backfill() -> None:
    spec = job_spec.parse(json.dumps(BACKFILL))

    assert (spec.run, spec.attempt, spec.storage_options) == (
        "features-word-count-0123456789-k1",
        1,
        {"region": "eu-central-1"},
    )
    assert spec.worker_groups == (WorkerGroup("cpu", cpus=8, memory_bytes=32 << 30, gpus=0, max_replicas=4),)
    assert spec.job == BackfillJob(
        name="word-count",
        table="s3://acme/docs.lance",
        columns=("words",),
        udf=UdfRef("features.text:word_count", {"text": "body"}, "int64", "3"),
        where="words IS NULL",
        batch_rows=1000,
        checkpoint_rows=20000,
        checkpoint_seconds=30,
        errors=ErrorPolicy(skips=True, retries=2, retry_seconds=0.5, batch_timeout_seconds=90.0),
        commit_every=100,
        follow_appends=False,
        wait=True,
        workers=Workers(group="cpu", concurrency=8, num_cpus=1.0, memory_bytes=1 << 30),
    )


def test_reads_a_backfill_of_several_columns() -> None:
    spec = job_spec.parse((SCHEMAS / "fixtures/runtime-job-spec/valid/backfill-of-several-columns.json").read_text())

    assert isinstance(spec.job, BackfillJob)
    assert (spec.job.columns, spec.job.spread) == (("width", "height"), True)


def test_a_job_that_retries_does_so_three_times_unless_it_says_how_often() -> None:
    job = BACKFILL["job"] | {"onError": "retry", "retrySeconds": 1}
    del job["retries"]

    errors = job_spec.parse(json.dumps(BACKFILL | {"job": job})).job.errors

    assert (errors.skips, errors.pauses) == (False, [1.0, 2.0, 4.0])


def test_reads_a_view_from_the_image() -> None:
    spec = job_spec.parse((SCHEMAS / "fixtures/runtime-job-spec/valid/materialized-view-from-image.json").read_text())

    assert spec.bundle is None
    assert isinstance(spec.job, MaterializedViewJob)
    assert spec.job.select == ("id", "body")
    assert [(column.columns, column.spread) for column in spec.job.columns] == [(("upper",), False)]


def test_another_major_version_names_both() -> None:
    with pytest.raises(JobError) as caught:
        job_spec.parse(json.dumps(BACKFILL | {"schema": "runtime-job-spec/v2"}))

    assert caught.value.code == "SPEC_VERSION"
    assert "runtime-job-spec/v2" in caught.value.message
    assert "runtime-job-spec/v1" in caught.value.message


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_refuses_what_is_no_object(text: str) -> None:
    with pytest.raises(JobError) as caught:
        job_spec.parse(text)

    assert caught.value.code == "SPEC_INVALID"


def test_an_error_names_the_field() -> None:
    job = BACKFILL["job"] | {"workers": {"concurrency": 0}}

    with pytest.raises(JobError) as caught:
        job_spec.parse(json.dumps(BACKFILL | {"job": job}))

    assert caught.value.message.startswith("job spec.job.workers.concurrency is 0")


def test_a_missing_spec() -> None:
    with pytest.raises(JobError) as caught:
        job_spec.from_environment({})

    assert caught.value.code == "SPEC_MISSING"


@pytest.mark.parametrize(
    "address",
    [
        "s3://AKIA:hunter2@bucket/t.lance",
        "az://container/t.lance?sv=1&sig=hunter2",
        "https://host/t?X-Amz-Signature=hunter2",
    ],
)
@pytest.mark.parametrize("where", ["table", "store"])
def test_an_address_with_a_secret_is_refused_and_not_shown(address: str, where: str) -> None:
    bundle = {"store": address, "digest": "0" * 64, "manifestSha256": "0" * 64}
    text = spec(backfill("/t"), bundle=bundle) if where == "store" else spec(backfill(address))

    with pytest.raises(JobError) as caught:
        job_spec.parse(text)

    assert (caught.value.code, "holds credentials" in caught.value.message) == ("SPEC_INVALID", True)
    assert "hunter2" not in str(caught.value.__dict__)


@pytest.mark.parametrize(
    "address", ["abfss://container@account.dfs.core.windows.net/t", "/a:b@c/t", "s3://bucket/key=1/t"]
)
def test_an_address_without_one_is_taken(address: str) -> None:
    assert job_spec.parse(spec(backfill(address))).job.table == address
