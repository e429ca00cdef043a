"""What the Ray cluster has, and whether a job's actors fit on it."""

from __future__ import annotations

import os
from typing import Any, cast

import ray

from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import Workers

GROUP_LABEL = "geneva-constructs/worker-group"
_AUTOSCALED = "KUBERAY_GEN_RAY_START_CMD"  # in the environment of each container that KubeRay starts

Resources = dict[str, float]


def capacity(workers: Workers) -> int:
    """How many actors may run at once. Raises JobError(CANNOT_FIT) when no node can hold one."""
    _check_fit(workers)
    by_cpus = int(_cluster_resources().get("CPU", 0) / workers.num_cpus)
    return workers.concurrency or max(1, by_cpus)


def actor_options(workers: Workers) -> dict[str, Any]:
    options: dict[str, Any] = {"num_cpus": workers.num_cpus, "num_gpus": workers.num_gpus}
    if workers.memory_bytes is not None:
        options["memory"] = workers.memory_bytes
    if workers.group is not None:
        options["label_selector"] = {GROUP_LABEL: workers.group}
    return options


def _check_fit(workers: Workers) -> None:
    if workers.group is not None or _AUTOSCALED in os.environ:
        return  # nodes may still be added
    nodes = [node["Resources"] for node in _nodes() if node["Alive"]]
    wanted = {"CPU": workers.num_cpus, "GPU": workers.num_gpus, "memory": workers.memory_bytes or 0}
    if any(all(node.get(name, 0) >= amount for name, amount in wanted.items()) for node in nodes):
        return
    largest = {name: max((node.get(name, 0) for node in nodes), default=0) for name in wanted}
    raise JobError(
        "CANNOT_FIT",
        f"one actor wants {_listed(wanted)}, but no node has all of that; at most they have {_listed(largest)}",
        "ask for less in workers, or run on larger nodes",
    )


def _cluster_resources() -> Resources:
    return cast(Resources, ray.cluster_resources())  # type: ignore[no-untyped-call]


def _nodes() -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], ray.nodes())  # type: ignore[no-untyped-call]


def _listed(resources: Resources) -> str:
    return ", ".join(f"{amount:g} {name}" for name, amount in resources.items())
