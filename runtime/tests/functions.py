"""Functions of an imaginary user, as the tests' jobs name them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

constant = 3


def double(number: int) -> int:
    return None if number is None else number * 2


def label(number: int, text: str) -> str:
    return f"{number}:{text}"


def vector(number: int) -> list[float]:
    return [float(number), 0.5]


def record(number: int) -> dict[str, float]:
    return {"half": number / 2}


def untyped(number):
    return number


def wrong_at_five(number: int) -> int:
    return "five" if number == 5 else number


def fails_at_five(number: int) -> int:
    return 10 // (number - 5)


def stops_at_five(number: int) -> int:
    if number == 5:
        raise StopIteration
    return number


def scaled(number: int, factor: int = 10) -> int:
    return number * factor


def keyword(number: int, *, text: str) -> str:
    return text * number


def arrow_double(number: pa.Array) -> pa.Array:
    return pa.compute.multiply(number, 2)


def numpy_double(number: np.ndarray) -> np.ndarray:
    return number * 2


def numpy_pair(number: np.ndarray) -> np.ndarray:
    return np.stack([number, number + 1], axis=1).astype(np.float32)


def batch_double(batch: pa.RecordBatch) -> pa.Array:
    return pa.compute.multiply(batch.column("value"), 2)


def batch_short(number: pa.Array) -> pa.Array:
    return number[:-1]


async def async_double(number: int) -> int:
    return number * 2


def explode(number: int) -> Iterator[int]:
    yield from range(number)


class Adder:
    """Constructed once per actor."""

    def __init__(self) -> None:
        self.amount = 100

    def __call__(self, number: int) -> int:
        return number + self.amount


class Broken:
    def __init__(self) -> None:
        raise OSError("no model here")

    def __call__(self, number: int) -> int:
        return number


def dies(number: int) -> int:
    os._exit(3)


def dies_once(number: int, folder: str) -> int:
    """Kills its process the first time that it sees 5."""
    if number == 5:
        marker = Path(folder) / "died"
        if not marker.exists():
            marker.touch()
            os._exit(3)
    return number * 2


def counted(number: int, folder: str) -> int:
    """Leaves a mark for each row computed."""
    with (Path(folder) / "computed").open("a") as file:
        file.write(f"{number}\n")
    if number == 7 and (Path(folder) / "fail").exists():
        raise ValueError("told to fail")
    return number * 2


def slow(number: int) -> int:
    time.sleep(0.02)
    return number * 2


class Unshowable(Exception):  # noqa: N818
    def __repr__(self) -> str:
        raise ValueError("cannot be shown")

    __str__ = __repr__


def unpack(text: str, blob: bytes) -> int:
    raise KeyError("nothing to unpack")


def unshowable(number: int) -> int:
    return Unshowable()


def raises_unshowable(number: int) -> int:
    raise Unshowable


def exits(number: int) -> int:
    raise SystemExit(4)


def fails_at_forty_once(number: int, folder: str) -> int:
    """Leaves a mark for each row computed."""
    with (Path(folder) / "computed").open("a") as file:
        file.write(f"{number}\n")
    marker = Path(folder) / "failed"
    if number == 40 and not marker.exists():
        marker.touch()
        raise ValueError("told to fail")
    return number * 2


def dies_at_forty_once(number: int, folder: str) -> int:
    try:
        return fails_at_forty_once(number, folder)
    except ValueError:
        os._exit(3)
