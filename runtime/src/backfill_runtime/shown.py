"""Users' values and errors in messages: short, and never raising, whatever they are."""

from __future__ import annotations

import reprlib
import traceback
from typing import Any


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

    def clipped(self, text: str) -> str:
        return text if len(text) <= self.maxother else f"{text[: self.maxother]}..."


SHORT = _ShortRepr()


def shown_value(values: Any, index: int) -> str:
    """One value of an Arrow array; as Arrow writes it when Python cannot hold it."""
    try:
        return SHORT.repr(values[index].as_py())
    except Exception:
        text = values.slice(index, 1).to_string(indent=0, skip_new_lines=True, window=1, container_window=1)
        return SHORT.clipped(" ".join(text.split()).removeprefix("[").removesuffix("]"))
