"""One job from its spec to its result."""

from __future__ import annotations

import logging
import sys
import time
import traceback

from backfill_runtime import bootstrap
from backfill_runtime.errors import JobError, first_line
from backfill_runtime.events import Emitter
from backfill_runtime.job_spec import BackfillJob, JobSpec


def run(spec: JobSpec, events: Emitter) -> bool:
    """Runs the job and tells how it went. Returns whether it succeeded; the last event is `result` or `error`."""
    started = time.monotonic()
    try:
        _run(spec, events, started)
    except JobError as error:
        events.error(error)
        return False
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        message = f"{type(error).__name__}: {first_line(error)}"
        events.error(JobError("INTERNAL", message[:1000], "report this with the job's standard error"))
        return False
    finally:
        events.close()
    return True


def _run(spec: JobSpec, events: Emitter, started: float) -> None:
    with events.phase("download zips"):
        roots = bootstrap.run(spec)
    # Imported only now: what the bundle holds may replace what the image holds.
    import ray

    from backfill_runtime.arrow_dataset import import_arrow_dataset

    import_arrow_dataset()
    from backfill_runtime.backfill import Backfill
    from backfill_runtime.materialized_view import MaterializedView

    if not ray.is_initialized():
        ray.init(logging_level=logging.WARNING)
    job = spec.job
    run = (
        Backfill(spec, job, roots, events)
        if isinstance(job, BackfillJob)
        else MaterializedView(spec, job, roots, events)
    )
    events.result(run.run(), time.monotonic() - started)
