"""How often a test that plays with chance is played: a few times, or CHAOS_ROUNDS times in `npm run chaos`."""

from __future__ import annotations

import os
import random


def seeds(few: int) -> list[int]:
    """One for each round, half of them new each time. A failed test has its own in its name."""
    rounds = int(os.environ.get("CHAOS_ROUNDS", few))
    return [*range(rounds // 2), *random.sample(range(1000, 1_000_000), rounds - rounds // 2)]
