"""The one error class that ends a run, and how a user's exception is shown. Standard library only."""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path

GO_ON = "submit again: what is saved is not computed again unless the function changed"

_OWN_FILES = str(Path(__file__).parent)


class JobError(Exception):
    """Why a run failed, in words that a person can act on. Crosses process borders unchanged."""

    def __init__(
        self,
        code: str,
        message: str,
        fix: str,
        *,
        fragment: int | None = None,
        row: int | None = None,
        user_traceback: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.fix = fix
        self.fragment = fragment
        self.row = row
        self.user_traceback = user_traceback

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.message, self.fix, self.fragment, self.row, self.user_traceback)


def _rebuild(
    code: str, message: str, fix: str, fragment: int | None, row: int | None, user_traceback: str | None
) -> JobError:
    return JobError(code, message, fix, fragment=fragment, row=row, user_traceback=user_traceback)


def first_line(error: BaseException) -> str:
    """The error's message on one line, without the source position that Lance appends."""
    lines = str(error).splitlines() or [type(error).__name__]
    return lines[0].split(", /")[0].strip().rstrip(".")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`known` as text, the closest match first when there is one."""
    names = list(known)
    listing = ", ".join(names) or "none"
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}? There are: {listing}" if close else f"there are: {listing}"


def user_frames(error: BaseException, roots: Sequence[str] = ()) -> str:
    """The traceback of `error` and its causes without frames of this package or the import system.

    File names are relative to the bundle root in `roots` that holds them.
    """
    shown = traceback.TracebackException.from_exception(error)
    pending: list[traceback.TracebackException | None] = [shown]
    while pending:
        link = pending.pop()
        if link is None:
            continue
        link.stack = traceback.StackSummary.from_list(
            [_relative(frame, roots) for frame in link.stack if _is_user(frame)]
        )
        pending += [link.__cause__, link.__context__]
    return "".join(shown.format()).rstrip("\n")


def _is_user(frame: traceback.FrameSummary) -> bool:
    return not frame.filename.startswith((_OWN_FILES, "<frozen importlib"))


def _relative(frame: traceback.FrameSummary, roots: Sequence[str]) -> traceback.FrameSummary:
    root = next((root for root in roots if frame.filename.startswith(root.rstrip("/") + "/")), None)
    if root is None:
        return frame
    name = frame.filename[len(root.rstrip("/")) + 1 :]
    return traceback.FrameSummary(name, frame.lineno, frame.name, lookup_line=False, line=frame.line)
