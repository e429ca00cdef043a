"""One job from its spec to its result, or to its plan."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

from backfill_runtime import bootstrap
from backfill_runtime.errors import JobError, first_line
from backfill_runtime.events import Emitter
from backfill_runtime.job_spec import BackfillJob, JobSpec

if TYPE_CHECKING:
    from backfill_runtime.backfill import Backfill
    from backfill_runtime.materialized_view import MaterializedView


def run(spec: JobSpec, events: Emitter) -> bool:
    """Runs the job and tells how it went. Returns whether it succeeded; the last event is `result` or `error`."""
    started = time.monotonic()

    def work() -> None:
        job = _job(spec, _roots(spec, events), events)
        _connect()
        events.result(job.run(), time.monotonic() - started)

    return _told(work, events)


def plan(spec: JobSpec, events: Emitter, request: str | None) -> bool:
    """Tells what the job would do, in a `plan` event, and does nothing. Returns whether it can run; if not, the last
    event is `error`.

    `request`: see `PlanRequest`. None: this is a job of the cluster that would run it.
    """

    def work() -> None:
        if request is None:
            job = _job(spec, _roots(spec, events), events)
            _connect()
            job.plan()
            return
        from backfill_runtime.plan_request import PlanRequest

        given = PlanRequest.parse(request)
        roots = _roots(spec, events) if given.roots is None else bootstrap.use(given.roots)
        _job(spec, roots, events).plan(given.nodes)

    return _told(work, events)


def _told(work: Callable[[], None], events: Emitter) -> bool:
    try:
        work()
    except JobError as error:
        events.error(error)
        return False
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of Lance's, or a cancellation that a function let out, is no Exception
        traceback.print_exc(file=sys.stderr)
        message = f"{type(error).__name__}: {first_line(error)}"
        events.error(JobError("INTERNAL", message[:1000], "report this with the job's standard error"))
        return False
    finally:
        events.close()
    return True


def _roots(spec: JobSpec, events: Emitter) -> list[str]:
    with events.phase("download zips"):
        return bootstrap.run(spec)


def _job(spec: JobSpec, roots: list[str], events: Emitter) -> Backfill | MaterializedView:
    """Imports only now: what the bundle holds may replace what the image holds."""
    from backfill_runtime.arrow_dataset import import_arrow_dataset

    import_arrow_dataset()
    from backfill_runtime.backfill import Backfill
    from backfill_runtime.materialized_view import MaterializedView

    job = spec.job
    if isinstance(job, BackfillJob):
        return Backfill(spec, job, roots, events)
    return MaterializedView(spec, job, roots, events)


def _connect() -> None:
    import ray

    if not ray.is_initialized():
        # Of a Ray that this starts, and that ends with it, nobody sees the dashboard; one that is there keeps its own.
        ray.init(logging_level=logging.WARNING, include_dashboard=False)
