"""What a user's function did wrong, as one error that names the place."""

from __future__ import annotations

from dataclasses import dataclass

from backfill_runtime.errors import GO_ON, JobError, user_frames
from backfill_runtime.row_arguments import UnreadableValue
from backfill_runtime.shown import named
from backfill_runtime.time_limit import OutOfTime
from backfill_runtime.udf import Udf


@dataclass(frozen=True)
class Place:
    """A fragment and a row of it. No row: a whole batch."""

    fragment: int | None
    row: int | None


def udf_raised(udf: Udf, error: BaseException, when: str, place: Place) -> JobError:
    """`when` goes on after the error's own text. Raises KeyboardInterrupt anew: nothing is wrong with the function."""
    if isinstance(error, KeyboardInterrupt):
        raise error
    if isinstance(error, JobError):
        return error
    if isinstance(error, UnreadableValue):
        return _unreadable(udf, error, when, place)
    out_of_time = isinstance(error, OutOfTime)
    return JobError(
        "UDF_TIMEOUT" if out_of_time else "UDF_FAILED",
        f"{udf.ref.name} {error if out_of_time else f'raised {named(error)}'} {when}",
        f"make it faster, or set batchRows lower or batchTimeoutSeconds higher, and {GO_ON}"
        if out_of_time
        else f"fix the function, or let onError skip such rows, and {GO_ON}",
        fragment=place.fragment,
        row=place.row,
        user_traceback=user_frames(error, udf.roots),
    )


def _unreadable(udf: Udf, error: UnreadableValue, when: str, place: Place) -> JobError:
    ways = ["import pandas, which has such values, in the function's module"] if error.needs_pandas else []
    if not udf.yields_rows:
        ways += ["write the function over batches, its arguments annotated pa.Array", "let onError skip such rows"]
    ways += ["leave such rows out by where"]
    return JobError(
        "UDF_ARGUMENTS",
        f"{udf.ref.name} cannot be called {when}: {error}",
        f"{', or '.join(ways)}, and {GO_ON}",
        fragment=place.fragment,
        row=place.row,
    )
