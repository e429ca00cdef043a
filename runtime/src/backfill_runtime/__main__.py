"""The entrypoint of the Ray job: `python -m backfill_runtime`. With `plan` it only tells what it would do."""

from __future__ import annotations

import sys

from backfill_runtime import driver, job_spec
from backfill_runtime.errors import JobError
from backfill_runtime.events import Emitter


def main() -> int:
    """Returns the exit code: 0 when the job succeeded, or can run, else 1."""
    try:
        spec = job_spec.from_environment()
    except JobError as error:
        Emitter("unknown", 1).error(error)
        return 1
    events = Emitter(spec.run, spec.attempt)
    if sys.argv[1:2] == ["plan"]:
        return 0 if driver.plan(spec, events, next(iter(sys.argv[2:]), None)) else 1
    return 0 if driver.run(spec, events) else 1


if __name__ == "__main__":
    sys.exit(main())
