"""Jobs that no node can ever run are refused, with the numbers."""

from __future__ import annotations

from typing import Any

import pytest

from backfill_runtime.cluster import capacity
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import WorkerGroup, Workers

pytestmark = pytest.mark.usefixtures("local_ray")

CPU = WorkerGroup("big", cpus=16, memory_bytes=64 << 30, gpus=0, max_replicas=4)
GPU = WorkerGroup("gpu", cpus=8, memory_bytes=32 << 30, gpus=1, max_replicas=2)


@pytest.mark.parametrize(
    ("workers", "groups", "words"),
    [
        (Workers(num_cpus=64), None, ["64 CPU", "has 2 CPU"]),
        (Workers(num_gpus=1), None, ["1 GPU", "has 2 CPU, 0 GPU"]),
        (Workers(memory_bytes=1 << 50), None, ["1.1259e+15 memory"]),
        (Workers(num_cpus=64), [CPU, GPU], ["the worker group big has 16 CPU", "the worker group gpu has 8 CPU"]),
        (Workers(num_cpus=16, num_gpus=1), [CPU, GPU], ["16 CPU, 1 GPU"]),
        (Workers(num_gpus=1, group="big"), [CPU, GPU], ["of the group 'big'", "the worker group big has"]),
        (Workers(group="other"), [CPU], ["of the group 'other'", "there are none"]),
        (Workers(group="other"), None, ["of the group 'other'", "there are none"]),
        (Workers(num_gpus=1, group="gpu"), [WorkerGroup("gpu", 8, 1 << 35, 1, max_replicas=0)], ["there are none"]),
    ],
)
def test_refuses_what_can_never_fit(workers: Workers, groups: Any, words: list[str]) -> None:
    with pytest.raises(JobError) as caught:
        capacity(workers, groups)

    assert caught.value.code == "CANNOT_FIT"
    for word in words:
        assert word in caught.value.message


@pytest.mark.parametrize(
    ("workers", "groups", "actors"),
    [
        (Workers(), None, 2),
        (Workers(num_cpus=0.5), None, 4),
        (Workers(concurrency=8, group="cpu"), None, 8),
        (Workers(num_cpus=16, concurrency=3), [CPU], 3),
        (Workers(num_gpus=1, group="gpu", concurrency=2), [CPU, GPU], 2),
        (Workers(num_cpus=2), [], 1),
    ],
)
def test_takes_what_fits_now_or_will(workers: Workers, groups: Any, actors: int) -> None:
    assert capacity(workers, groups) == actors


def test_leaves_it_to_an_autoscaler_whose_groups_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERAY_GEN_RAY_START_CMD", "ray start")

    assert capacity(Workers(num_cpus=64)) == 1
    with pytest.raises(JobError):
        capacity(Workers(num_cpus=64), [CPU])
