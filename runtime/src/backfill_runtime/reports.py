"""What a computer in an actor tells on the way, besides its results. A plain number is how many rows are done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Working:
    """The rows that are computed next: where to look when the process dies."""

    first: int
    last: int


@dataclass(frozen=True)
class Ended:
    """The last report of an actor on a task. `unfinished` says why the rest must go to another actor."""

    unfinished: str | None = None
