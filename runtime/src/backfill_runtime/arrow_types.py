"""Arrow types from text, as `str(pa.DataType)` writes them, and from Python annotations."""

from __future__ import annotations

import datetime
import re
import types
import typing
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

DEEPEST = 16  # types within types: format 2.0 of Lance cannot read many more vectors within each other

_TOKEN = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|\d+|[<>\[\](),=:+/-]|$)")
_NAME = re.compile(r"\s*([^<>,:]*?)\s*:")  # of a field, as Arrow writes it: bare
_NOT_NULL = re.compile(r"\s*not\s+null\b")
_LARGEST = (1 << 31) - 1  # of the numbers in a type
_ALIASES = {
    "float": pa.float32(),
    "double": pa.float64(),
    "halffloat": pa.float16(),
    "str": pa.string(),
    "int": pa.int64(),
}
_ANNOTATIONS: dict[Any, pa.DataType] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    bytes: pa.binary(),
    datetime.datetime: pa.timestamp("us"),
    datetime.date: pa.date32(),
    datetime.time: pa.time64("us"),
    datetime.timedelta: pa.duration("us"),
}


def parse_type(text: str) -> pa.DataType:
    """Raises ValueError when `text` is not an Arrow type."""
    try:
        return _Parser(text).whole()
    except (TypeError, OverflowError, NotImplementedError) as error:  # a type that Arrow does not make
        raise ValueError(str(error)) from None


def text_of(kind: pa.DataType) -> str | None:
    """What `parse_type` reads as this type. None for one that it does not know, or whose fields have odd names."""
    try:
        return str(kind) if parse_type(str(kind)) == kind else None
    except ValueError:
        return None


def annotated_type(annotation: Any, within: int = 0) -> pa.DataType | None:
    """The Arrow type of the values that a function with this return annotation gives. None when there is none.

    Raises ValueError when there are more than `DEEPEST` types within each other; `within` so many this one is.
    """
    _check_depth(within)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        present = [argument for argument in arguments if argument is not type(None)]
        return annotated_type(present[0], within) if len(present) == 1 else None
    if origin is typing.Annotated:
        return annotated_type(arguments[0], within)
    if origin in (list, Sequence) and len(arguments) == 1:
        item = annotated_type(arguments[0], within + 1)
        return None if item is None else pa.list_(item)
    if isinstance(annotation, type) and issubclass(annotation, np.generic):
        return _numpy_type(annotation)
    if typing.is_typeddict(annotation) or _is_named_tuple(annotation):
        return _struct_type(annotation, within)
    try:
        return _ANNOTATIONS.get(annotation)
    except TypeError:  # an annotation that cannot be hashed
        return None


def _numpy_type(scalar: type[np.generic]) -> pa.DataType | None:
    try:
        return pa.from_numpy_dtype(np.dtype(scalar))
    except (TypeError, pa.ArrowNotImplementedError):
        return None


def _is_named_tuple(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, tuple) and hasattr(annotation, "_fields")


def _struct_type(annotation: Any, within: int) -> pa.DataType | None:
    """One field for each of the annotated ones, in their order."""
    try:
        hints = typing.get_type_hints(annotation)
    except (NameError, TypeError):
        return None
    fields = [(name, annotated_type(hint, within + 1)) for name, hint in hints.items()]
    return None if any(found is None for _, found in fields) else pa.struct(fields)


def _check_depth(within: int) -> None:
    if within > DEEPEST:
        raise ValueError(f"more than {DEEPEST} types within each other")


class _Parser:
    """Recursive descent over the text of one type."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._within = 0

    def whole(self) -> pa.DataType:
        parsed = self._type()
        if self._peek():
            raise ValueError(f"unexpected {self._peek()!r} after the type")
        return parsed

    def _type(self) -> pa.DataType:
        _check_depth(self._within)
        self._within += 1
        parsed = self._known()
        self._within -= 1
        return parsed

    def _known(self) -> pa.DataType:
        name = self._next()
        readers: dict[str, Callable[[], pa.DataType]] = {
            "list": lambda: pa.list_(self._item()),
            "large_list": lambda: pa.large_list(self._item()),
            "list_view": lambda: pa.list_view(self._item()),
            "large_list_view": lambda: pa.large_list_view(self._item()),
            "fixed_size_list": self._fixed_size_list,
            "struct": self._struct,
            "timestamp": self._timestamp,
            "date32": lambda: self._unit("day", pa.date32()),
            "date64": lambda: self._unit("ms", pa.date64()),
            "duration": lambda: pa.duration(self._bracketed()),
            "time32": lambda: pa.time32(self._bracketed()),
            "time64": lambda: pa.time64(self._bracketed()),
            "fixed_size_binary": lambda: pa.binary(self._number(self._bracketed())),
            "dictionary": self._dictionary,
            "decimal128": lambda: pa.decimal128(*self._precision_and_scale()),
            "decimal256": lambda: pa.decimal256(*self._precision_and_scale()),
        }
        if name in readers and self._peek() in ("<", "[", "("):
            return readers[name]()
        if name in _ALIASES:
            return _ALIASES[name]
        try:
            return pa.type_for_alias(name)
        except ValueError:
            raise ValueError(f"{name!r} is not an Arrow type") from None

    def _item(self) -> pa.Field:
        """`<T>` or `<name: T>`."""
        self._expect("<")
        name = self._name()
        item = self._field("item" if name is None else name)
        self._expect(">")
        return item

    def _name(self) -> str | None:
        match = _NAME.match(self._text, self._position)
        if match:
            self._position = match.end()
        return match.group(1) if match else None

    def _field(self, name: str) -> pa.Field:
        """`T` or `T not null`."""
        kind = self._type()
        full = _NOT_NULL.match(self._text, self._position)
        if full:
            self._position = full.end()
        return pa.field(name, kind, nullable=not full)

    def _fixed_size_list(self) -> pa.DataType:
        item = self._item()
        return pa.list_(item, self._number(self._bracketed()))

    def _struct(self) -> pa.DataType:
        fields, closing = [], ","
        self._expect("<")
        while closing == ",":
            name = self._name()
            if name is None:
                raise ValueError(f"expected the name of a field and ':', got {self._peek()!r}")
            fields.append(self._field(name))
            closing = self._next()
        if closing != ">":
            raise ValueError(f"expected '>' after the fields of a struct, got {closing!r}")
        return pa.struct(fields)

    def _dictionary(self) -> pa.DataType:
        """`<values=string, indices=int32, ordered=0>`, as Arrow writes it; the last two may be left out."""
        values, indices, ordered = pa.string(), pa.int32(), "0"
        self._expect("<")
        closing = ","
        while closing == ",":
            name = self._next()
            self._expect("=")
            if name == "values":
                values = self._type()
            elif name == "indices":
                indices = self._type()
            elif name == "ordered":
                ordered = self._next()
            else:
                raise ValueError(f"expected values, indices or ordered in a dictionary, got {name!r}")
            closing = self._next()
        if closing != ">":
            raise ValueError(f"expected '>' after a dictionary, got {closing!r}")
        return pa.dictionary(indices, values, ordered == "1")

    def _unit(self, expected: str, parsed: pa.DataType) -> pa.DataType:
        unit = self._bracketed()
        if unit != expected:
            raise ValueError(f"{parsed} has no unit {unit!r}")
        return parsed

    def _timestamp(self) -> pa.DataType:
        unit, _, zone = self._bracketed().partition(",tz=")
        return pa.timestamp(unit, zone or None)

    def _precision_and_scale(self) -> tuple[int, int]:
        self._expect("(")
        precision = self._number(self._next())
        self._expect(",")
        sign = self._next() if self._peek() == "-" else ""
        scale = self._number(self._next())
        self._expect(")")
        return precision, -scale if sign else scale

    def _bracketed(self) -> str:
        """The text between brackets, without spaces."""
        self._expect("[")
        parts = []
        while (part := self._next()) != "]":
            parts.append(part)
        return "".join(parts)

    @staticmethod
    def _number(text: str) -> int:
        if not text.isdigit():
            raise ValueError(f"expected a number, got {text!r}")
        if int(text) > _LARGEST:
            raise ValueError(f"{text} is more than {_LARGEST}")
        return int(text)

    def _expect(self, token: str) -> None:
        got = self._next()
        if got != token:
            raise ValueError(f"expected {token!r}, got {got!r}")

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise ValueError("the type ends too early")
        self._position = self._text.index(token, self._position) + len(token)
        return token

    def _peek(self) -> str:
        """The next token. Empty at the end."""
        match = _TOKEN.match(self._text, self._position)
        if not match:
            rest = self._text[self._position :].lstrip()
            raise ValueError(f"unexpected {rest[0]!r} at position {len(self._text) - len(rest)}")
        return match.group(1)
