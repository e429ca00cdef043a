"""The entrypoint of the Ray job: `python -m backfill_runtime`."""

from __future__ import annotations

import sys

from backfill_runtime import driver, job_spec
from backfill_runtime.errors import JobError
from backfill_runtime.events import Emitter


def main() -> int:
    """Returns the exit code: 0 when the job succeeded, else 1."""
    try:
        spec = job_spec.from_environment()
    except JobError as error:
        Emitter("unknown", 1).error(error)
        return 1
    return 0 if driver.run(spec, Emitter(spec.run, spec.attempt)) else 1


if __name__ == "__main__":
    sys.exit(main())
