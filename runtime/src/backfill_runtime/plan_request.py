"""What `plan` is told on a machine that is not of the cluster: where the code is, and what nodes there are."""

from __future__ import annotations

import json
from dataclasses import dataclass

from backfill_runtime.cluster import Node


@dataclass(frozen=True)
class PlanRequest:
    """The submitter of the same release writes it: it is no format that lasts."""

    roots: list[str] | None  # directories of the bundle on this machine; None: it is in its store
    nodes: list[Node]

    @classmethod
    def parse(cls, text: str) -> PlanRequest:
        data = json.loads(text)
        return cls(
            roots=data["roots"],
            nodes=[Node(node["name"], node["resources"], node.get("group")) for node in data["nodes"]],
        )
