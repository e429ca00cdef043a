"""A JSON object read by hand, field by field. Standard library only."""

from __future__ import annotations

import re
from typing import Any

from backfill_runtime.errors import JobError

SAME_RELEASE = "use a runtime and a geneva-stack of the same release"


def check_version(data: object, supported: str, code: str) -> None:
    """Raises JobError(`code`) naming both versions when `data` is of another major version of the format."""
    got = data.get("schema") if isinstance(data, dict) else None
    name = supported.split("/")[0]
    if isinstance(got, str) and got.startswith(f"{name}/") and got != supported:
        raise JobError(
            code,
            f"got {got}, but this runtime reads {supported}",
            SAME_RELEASE,
        )


class Fields:
    """Reads an object field by field; what is wrong, missing or left over is a JobError that names its path."""

    def __init__(self, data: Any, path: str, code: str) -> None:
        self._path = path
        self._code = code
        if not isinstance(data, dict):
            raise self._error(path, "must be an object")
        self._data: dict[str, Any] = data
        self._read: set[str] = set()

    def has(self, key: str) -> bool:
        return key in self._data

    def null(self, key: str) -> bool:
        return self._take(key) is None

    def child(self, key: str) -> Fields:
        return Fields(self._take(key), f"{self._path}.{key}", self._code)

    def children(self, key: str, *, minimum: int = 1) -> list[Fields]:
        return [
            Fields(item, f"{self._path}.{key}[{index}]", self._code)
            for index, item in enumerate(self.array(key, minimum=minimum))
        ]

    def array(self, key: str, *, minimum: int = 1) -> list[Any]:
        value = self._take(key)
        if not isinstance(value, list) or len(value) < minimum:
            raise self.invalid(key, f"must be an array of {minimum} or more")
        return value

    def mapping(self, key: str) -> dict[str, Any]:
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.invalid(key, "must be an object")
        return value

    def const(self, key: str, expected: str) -> None:
        if self._take(key) != expected:
            raise self.invalid(key, f"must be {expected!r}")

    def string(self, key: str, *, pattern: str = r"(?s:.+)", maximum: int | None = None) -> str:
        value = self._take(key)
        if not isinstance(value, str) or not re.fullmatch(pattern, value) or (maximum and len(value) > maximum):
            raise self.invalid(key, f"is {value!r:.80}, expected a string like {pattern}")
        return value

    def optional_string(self, key: str) -> str | None:
        return self.string(key) if self.has(key) else None

    def integer(self, key: str, *, minimum: int) -> int:
        value = self.number(key, minimum=minimum)
        if not value.is_integer():
            raise self.invalid(key, f"is {value!r}, expected a whole number")
        return int(self._data[key])

    def optional_integer(self, key: str, *, minimum: int) -> int | None:
        return self.integer(key, minimum=minimum) if self.has(key) else None

    def number(self, key: str, *, minimum: float | None = None, above: float | None = None) -> float:
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.invalid(key, f"is {value!r:.80}, expected a number")
        if (minimum is not None and value < minimum) or (above is not None and value <= above):
            raise self.invalid(
                key, f"is {value!r}, expected {f'at least {minimum}' if above is None else f'more than {above}'}"
            )
        try:
            return float(value)
        except OverflowError:
            raise self.invalid(key, "is too large a number") from None

    def boolean(self, key: str) -> bool:
        value = self._take(key)
        if not isinstance(value, bool):
            raise self.invalid(key, f"is {value!r:.80}, expected true or false")
        return value

    def done(self) -> None:
        """Raises when the object holds a field that nobody read."""
        unknown = sorted(self._data.keys() - self._read)
        if unknown:
            raise self.invalid(unknown[0], "is not a field of this format")

    def invalid(self, key: str, problem: str) -> JobError:
        return self._error(f"{self._path}.{key}", problem)

    def _take(self, key: str) -> Any:
        if key not in self._data:
            raise self.invalid(key, "is missing")
        self._read.add(key)
        return self._data[key]

    def _error(self, path: str, problem: str) -> JobError:
        return JobError(self._code, f"{path} {problem}", SAME_RELEASE)
