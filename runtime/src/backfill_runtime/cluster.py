"""What the Ray cluster has, and whether a job's actors fit on it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import ray

from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import WorkerGroup, Workers

GROUP_LABEL = "geneva-constructs/worker-group"
_AUTOSCALED = "KUBERAY_GEN_RAY_START_CMD"  # in the environment of each container that KubeRay starts

_NAMES = ("CPU", "GPU", "memory")

Resources = Mapping[str, float]


@dataclass(frozen=True)
class Node:
    """A node of the cluster that is there."""

    name: str
    resources: Resources
    group: str | None = None  # worker group that it is of


def capacity(workers: Workers, groups: Sequence[WorkerGroup] | None = None, nodes: Sequence[Node] | None = None) -> int:
    """How many actors may run at once. Raises JobError(CANNOT_FIT) when no node can ever hold one.

    `groups` are those that the cluster may grow by, when that is known. `nodes` are those of this Ray, unless given.
    """
    there = living_nodes() if nodes is None else nodes
    _check_fit(workers, groups, there)
    by_cpus = int(sum(node.resources.get("CPU", 0) for node in there) / workers.num_cpus)
    return workers.concurrency or max(1, by_cpus)


def actor_options(workers: Workers) -> dict[str, Any]:
    options: dict[str, Any] = {"num_cpus": workers.num_cpus, "num_gpus": workers.num_gpus}
    if workers.memory_bytes is not None:
        options["memory"] = workers.memory_bytes
    if workers.group is not None:
        options["label_selector"] = {GROUP_LABEL: workers.group}
    return options


def living_nodes() -> list[Node]:
    """Of the Ray that this process is connected to."""
    nodes = cast(list[dict[str, Any]], ray.nodes())  # type: ignore[no-untyped-call]
    return [
        Node(node["NodeManagerHostname"], node["Resources"], node["Labels"].get(GROUP_LABEL))
        for node in nodes
        if node["Alive"]
    ]


def _check_fit(workers: Workers, groups: Sequence[WorkerGroup] | None, nodes: Sequence[Node]) -> None:
    if groups is None and _AUTOSCALED in os.environ:
        return  # nodes may still be added, and of which size is not known
    wanted = {"CPU": workers.num_cpus, "GPU": workers.num_gpus, "memory": workers.memory_bytes or 0}
    places = {**_living(workers.group, nodes), **_growing(workers.group, groups or ())}
    if any(all(place.get(name, 0) >= amount for name, amount in wanted.items()) for place in places.values()):
        return
    of_group = f" of the group {workers.group!r}" if workers.group else ""
    held = "; ".join(
        f"{name} has {_listed({key: place.get(key, 0) for key in wanted})}" for name, place in places.items()
    )
    raise JobError(
        "CANNOT_FIT",
        f"one actor wants {_listed(wanted)}, but no node{of_group} has all of that: {held or 'there are none'}",
        "ask for less in workers, or run on larger nodes, or on another worker group",
    )


def _living(group: str | None, nodes: Sequence[Node]) -> dict[str, Resources]:
    """What the nodes have that are there, one of each size."""
    usable = [node for node in nodes if group in (None, node.group)]
    sizes = {tuple(node.resources.get(name, 0) for name in _NAMES): node for node in usable}
    return {f"the node {node.name}": node.resources for node in sizes.values()}


def _growing(group: str | None, groups: Sequence[WorkerGroup]) -> dict[str, Resources]:
    """What the nodes would have that may still come."""
    return {
        f"the worker group {each.name}": {"CPU": each.cpus, "GPU": each.gpus, "memory": each.memory_bytes}
        for each in groups
        if each.max_replicas and group in (None, each.name)
    }


def _listed(resources: Resources) -> str:
    return ", ".join(f"{amount:g} {name}" for name, amount in resources.items())
