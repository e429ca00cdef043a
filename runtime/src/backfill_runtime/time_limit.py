"""An end to a function that hangs."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_LONGEST_GRACE_SECONDS = 10
_LONGEST_SECONDS = 1e8  # three years; timers of the system take no more than some hundred


class OutOfTime(BaseException):
    """Raised inside of the function. No Exception, so that the function does not take it for one of its own."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"did not return within {seconds:g} seconds")


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raises OutOfTime in the block when it takes too long.

    Python code and system calls are interrupted. Native code that never returns to Python is not: some seconds later
    the whole process ends, after it has written where it hangs to its standard error.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    over = False
    seconds = min(seconds, _LONGEST_SECONDS)

    def ring(_number: int, _frame: FrameType | None) -> None:
        if not over:
            raise OutOfTime(seconds)

    before = signal.signal(signal.SIGALRM, ring)
    faulthandler.dump_traceback_later(
        seconds + min(seconds, _LONGEST_GRACE_SECONDS), exit=True, file=sys.__stderr__ or sys.stderr
    )
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        try:
            yield
        finally:
            over = True  # from here on it would be this function that is interrupted
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, before)
