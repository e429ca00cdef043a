"""Users' values and errors in messages: short, and never raising, whatever they are."""

from __future__ import annotations

import reprlib
import traceback


def named(error: BaseException) -> str:
    lines = "".join(traceback.format_exception_only(error)).strip().splitlines()
    return lines[-1 if isinstance(error, SyntaxError) else 0][:500]  # a syntax error begins with its position


class _ShortRepr(reprlib.Repr):
    """A representation that is short, and never raises, however large or odd the value is."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 80

    def repr_bytes(self, value: bytes, _level: int) -> str:
        return repr(value) if len(value) <= self.maxstring else f"{value[: self.maxstring]!r}... ({len(value)} bytes)"


SHORT = _ShortRepr()
