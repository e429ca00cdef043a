"""Functions of an imaginary user, as the tests' jobs name them."""

from __future__ import annotations

import asyncio
import datetime
import functools
import os
import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import lance
import numpy as np
import pyarrow as pa

from backfill_runtime.errors import JobError
from backfill_runtime.lease import Lease
from faulty_store import STORES

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


def double_not_five(number: int) -> int:
    if number == 5:
        raise ValueError("five")
    return number * 2


async def async_double_not_five(number: int) -> int:
    await asyncio.sleep(0)
    return double_not_five(number)


def arrow_double_not_five(number: pa.Array) -> pa.Array:
    if 5 in number.to_pylist():
        raise ValueError("five")
    return pa.compute.multiply(number, 2)


async def async_arrow_double_not_five(number: pa.Array) -> pa.Array:
    await asyncio.sleep(0)
    return arrow_double_not_five(number)


def numpy_double_not_five(number: np.ndarray) -> np.ndarray:
    if 5 in number:
        raise ValueError("five")
    return number * 2


def wrong_at_five_doubles(number: int) -> int:
    return "five" if number == 5 else number * 2


def stops_at_five_doubles(number: int) -> int:
    return stops_at_five(number) * 2


def list_wrong_at_five(number: pa.Array) -> pa.Array:
    return ["five" if value == 5 else value for value in number.to_pylist()]


def always_fails(number: int) -> int:
    raise ConnectionError("no service")


def fails_on_many(number: pa.Array) -> pa.Array:
    if len(number) > 5:
        raise MemoryError("too many rows")
    return pa.compute.multiply(number, 2)


def _fails_twice(folder: str) -> None:
    marks = Path(folder) / "attempts"
    attempts = len(marks.read_text()) if marks.exists() else 0
    marks.write_text("x" * (attempts + 1))
    if attempts < 2:
        raise ConnectionError("try again")


def flaky(number: int, folder: str) -> int:
    _fails_twice(folder)
    return number * 2


def flaky_but_for_five(number: int, folder: str) -> int:
    if number == 5:
        raise ValueError("five")
    return flaky(number, folder)


async def async_flaky(number: int, folder: str) -> int:
    return flaky(number, folder)


def arrow_flaky(number: pa.Array, folder: pa.Array) -> pa.Array:
    _fails_twice(folder[0].as_py())
    return pa.compute.multiply(number, 2)


def numpy_flaky(number: np.ndarray, folder: np.ndarray) -> np.ndarray:
    _fails_twice(folder[0])
    return number * 2


def hangs_at_five(number: int) -> int:
    if number == 5:
        try:
            time.sleep(60)
        except Exception:  # a function's own handlers do not keep it alive
            return -1
    return number * 2


def spins_at_five(number: int) -> int:
    while number == 5:
        pass
    return number * 2


async def async_hangs_at_five(number: int) -> int:
    if number == 5:
        await asyncio.sleep(60)
    return number * 2


def arrow_hangs_at_five(number: pa.Array) -> pa.Array:
    if 5 in number.to_pylist():
        time.sleep(60)
    return pa.compute.multiply(number, 2)


def skips_and_dies_at_forty_once(number: int, folder: str) -> int:
    marker = Path(folder) / "died"
    if number == 40 and not marker.exists():
        marker.touch()
        os._exit(3)
    if number in (3, 33, 43):
        raise ValueError("no")
    return number * 2


class Statistics:
    """Keeps what it has seen: all rows of an actor come to one instance."""

    def __init__(self) -> None:
        self.seen = self.total = 0

    def __call__(self, number: int) -> dict[str, int]:
        self.seen += 1
        self.total += number
        return {"seen": self.seen, "total": self.total}


class AsyncAdder:
    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.ready.set()

    async def __call__(self, number: int) -> int:
        await self.ready.wait()
        return number + 100


async def async_arrow_double(number: pa.Array) -> pa.Array:
    await asyncio.sleep(0)
    return pa.compute.multiply(number, 2)


def _times(factor: int, number: int) -> int:
    return number * factor


bound_double = functools.partial(_times, 2)


class _Doubler:
    def __call__(self, number: int) -> int:
        return number * 2


callable_double = _Doubler()
_lock = threading.Lock()  # cannot be pickled


def holds_a_lock(number: int) -> int:
    with _lock:
        return number * 2


def numpy_record(number: np.ndarray) -> list[dict[str, float]]:
    return [{"half": half} for half in number / 2]


def arrow_records(number: pa.Array) -> pa.Array:
    return pa.StructArray.from_arrays([pa.compute.divide(number.cast(pa.float64()), 2)], names=["half"])


class AtOnce:
    """Tells how many rows are computed at the same time."""

    def __init__(self) -> None:
        self.now = 0

    async def __call__(self, number: int) -> int:
        self.now += 1
        together = self.now
        await asyncio.sleep(0.05)
        self.now -= 1
        return together + 0 * number


def matrix_shape(vector: np.ndarray) -> np.ndarray:
    return np.full(len(vector), vector.ndim)


def steals_the_lease(number: int, folder: str) -> int:
    """What another run does that takes this one for dead."""
    if number == 5:
        Lease.take(Path(folder), "out", "r1", wait=False)
    return number


def tags(folder: str) -> str:
    return str(len(lance.dataset(folder).tags.list()))


def rewrites_and_cleans(number: int, folder: str) -> int:
    """What a maintenance job does that knows nothing of the run."""
    table = lance.dataset(folder)
    if number == 5 and table.version == 1:
        table.optimize.compact_files()
        lance.dataset(folder).cleanup_old_versions(
            older_than=datetime.timedelta(0), delete_unverified=True, error_if_tagged_old_versions=False
        )
    return number * 2


def same(value: object) -> object:
    return value


def same_batch(value: pa.Array) -> pa.Array:
    return value


def nothing(number: int) -> dict[str, float]:
    return None


def kilobyte(number: int) -> bytes:
    return random.Random(number).randbytes(1000)


def removes_the_table(number: int, folder: str) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    return number


def dies_at_five(number: int) -> int:
    if number == 5:
        os._exit(3)
    return number


def hangs_for_good_at_five(number: int) -> int:
    """As native code does that never comes back to the interpreter."""
    if number == 5:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(60)
    return number


_leaked: list[bytes] = []


def leaks(number: int, folder: str) -> int:
    with (Path(folder) / "computed").open("a") as file:
        file.write(f"{number}\n")
    _leaked.append(b"x" * (20 << 20))
    return number * 2


def cut_out(number: pa.Array) -> pa.Array:
    """Values that begin somewhere in the middle of their buffers."""
    output = pa.struct([("a", pa.struct([("v", pa.list_(pa.float64(), 2))]))])
    values = [{"a": {"v": [float(value), 0.5]}} for value in [-1, -1, *number.to_pylist()]]
    return pa.array(values, output)[2:]


def slowly(number: int) -> int:
    time.sleep(0.002)
    return number * 2


async def async_explode(number: int) -> AsyncIterator[int]:
    for value in range(number):
        yield value


def chunks(text: str) -> Iterator[str]:
    yield from text


def explode_wrong(number: int) -> Iterator[int]:
    yield number
    yield "five" if number == 5 else number


def explode_fails(number: int) -> Iterator[int]:
    yield number
    if number == 5:
        raise ValueError("five")


def size_of(blob: bytes) -> int:
    return -1 if blob is None else len(blob)


async def async_blocks_at_five(number: int) -> int:
    if number == 5:
        time.sleep(60)  # as a user might
    return number * 2


def batch_long(number: pa.Array) -> pa.Array:
    return pa.concat_arrays([number, number[:1]])


def batch_scalar(number: pa.Array) -> pa.Array:
    return pa.compute.sum(number).as_py()


def batch_text(number: pa.Array) -> pa.Array:
    return pa.array(["x"] * len(number))


def tells_its_pid(number: int, folder: str) -> int:
    (Path(folder) / "pids" / str(os.getpid())).touch()
    with (Path(folder) / "computed").open("a") as file:
        file.write(f"{number}\n")
    time.sleep(0.003)
    return number * 2


def few(number: int) -> Iterator[int]:
    """None to two values a row."""
    yield from range((number or 0) % 3)


def appends_meanwhile(number: int, folder: str) -> int:
    """What another writer of the source does during a refresh."""
    if number == 5 and lance.dataset(folder).version == 1:
        lance.dataset(folder).insert(pa.table({"number": [10], "text": ["x10"], "folder": [folder]}))
    return number * 2


def text_of(blob: bytes) -> str:
    return blob.decode()


def text_within(deep: dict[str, bytes]) -> str:
    return deep["blob"].decode()


def tells_of_pandas(number: int) -> str:
    """At the second row, how many nulls Arrow finds in a series of pandas."""
    if number == 0:
        return "there" if "pandas" in sys.modules else "absent"
    import pandas

    return f"{pa.array(pandas.Series([1.0, float('nan')])).null_count} null"


class Size(TypedDict):
    twice: int
    label: str | None


class Named(NamedTuple):
    twice: int
    label: str | None


def size(number: int) -> Size:
    return {"twice": 2 * number, "label": f"n{number}"}


def named_size(number: int) -> Named | None:
    """None at a row: both columns are null."""
    return None if number == 5 else Named(2 * number, f"n{number}")


def size_of_batch(number: pa.Array) -> pa.RecordBatch:
    """Its columns are in another order than the job's type has them, and there is one more."""
    numbers = number.to_pylist()
    labels = [f"n{each}" for each in numbers]
    return pa.record_batch({"label": labels, "more": labels, "twice": [2 * each for each in numbers]})


def size_by_name(number: np.ndarray) -> dict[str, Any]:
    return {"twice": 2 * number, "label": [f"n{each}" for each in number]}


def size_misspelt(number: int) -> Size:
    return {"twice": 2 * number, "lable": "x"} if number == 5 else size(number)  # type: ignore[typeddict-unknown-key]


def sizes_misspelt(number: pa.Array) -> list[Size]:
    return [size_misspelt(each) for each in number.to_pylist()]


def size_fails_at_five(number: int) -> Size:
    if number == 5:
        raise ValueError("five")
    return size(number)


def size_of_forty(number: int, folder: str) -> Size:
    return {"twice": fails_at_forty_once(number, folder), "label": f"n{number}"}


def sizes(number: int) -> Iterator[Size]:
    """As many as the number says."""
    for index in range(number):
        yield {"twice": 2 * index, "label": f"{number}.{index}"}


def named(number: int) -> str:
    return f"label {number}"


@functools.cache
def _taking(folder: str, column: str) -> str:
    """The code of the error that another run gets that wants this column."""
    try:
        Lease.take(folder, column, "other", wait=False)
    except JobError as error:
        return error.code
    return ""


def size_while_label_is_held(number: int, folder: str) -> Size:
    return {"twice": 2 * number, "label": _taking(folder, "label")}


def same_and_id(value: pa.Array, again: pa.Array) -> pa.RecordBatch:
    return pa.record_batch({"out": value, "again": again})


def records(number: int, folder: str) -> int:
    """Leaves a mark for each row computed."""
    with (Path(folder) / "computed").open("a") as file:
        file.write(f"{number}\n")
    return number * 2


def loses_the_store(number: int, folder: str) -> int:
    """From some row on, every request to the table's store fails."""
    if number == int((Path(folder) / "when").read_text()):
        store, fault = STORES[folder]
        store.faults = {fault: 1.0}
    return number * 2


class Refilled:
    """Gives the same array for each batch, filled anew."""

    def __init__(self) -> None:
        self.values = np.zeros(100, np.int64)

    def __call__(self, number: np.ndarray) -> np.ndarray:
        np.multiply(number, 2, out=self.values[: len(number)])
        return self.values[: len(number)]


class RefilledMatrix:
    def __init__(self) -> None:
        self.values = np.zeros((100, 2), np.float32)

    def __call__(self, number: np.ndarray) -> np.ndarray:
        self.values[: len(number)] = number[:, None]
        return self.values[: len(number)]


class RefilledColumns:
    def __init__(self) -> None:
        self.values = np.zeros(4, np.int64)

    def __call__(self, number: np.ndarray) -> dict[str, np.ndarray]:
        self.values[: len(number)] = number
        return {"a": self.values[: len(number)]}


class RefilledChunk(RefilledColumns):
    def __call__(self, number: np.ndarray) -> pa.ChunkedArray:
        return pa.chunked_array([super().__call__(number)["a"]])


class RefilledArray(RefilledColumns):
    def __call__(self, number: np.ndarray) -> pa.Array:
        return pa.array(super().__call__(number)["a"])


class RefilledVectors(RefilledColumns):
    def __call__(self, number: np.ndarray) -> pa.Array:
        return pa.FixedSizeListArray.from_arrays(pa.array(super().__call__(number)["a"]), 1)


class RefilledList:
    """Gives the same list for each row, filled anew."""

    def __init__(self) -> None:
        self.value = [0.0]

    def __call__(self, number: int) -> list[float]:
        self.value[0] = float(number)
        return self.value


def masked_matrix(number: np.ndarray) -> np.ndarray:
    matrix = np.ma.array(np.stack([number, number], axis=1).astype(np.float32))
    matrix[:, 1] = np.ma.masked
    return matrix


async def cancelled(number: int) -> int:
    raise asyncio.CancelledError


def panics(number: int) -> int:
    class Panic(BaseException):
        pass

    raise Panic("called `Option::unwrap()` on a `None` value")


part = functools.partial(label, text="a")


_hooks: list[Callable[[int], None]] = []  # what a test does while its job computes


def hooked(number: int) -> int:
    for hook in _hooks:
        hook(number)
    return number * 2


def category(number: int) -> str:
    return f"c{number // 10}"


def year(value: datetime.datetime) -> int:
    return value.year


async def async_year(value: datetime.datetime) -> int:
    return value.year


def years(value: datetime.datetime) -> Iterator[int]:
    yield value.year


def years_of_structs(value: np.ndarray) -> np.ndarray:
    return [each["at"].year for each in value]


def fails_on_times(value: pa.Array) -> pa.Array:
    raise ValueError("told to fail")


_given: list[object] = []  # what a batch function of a test returns


def gives(number: pa.Array) -> pa.Array:
    return _given[0]


def cast_wrong_at_five(number: pa.Array) -> pa.Array:
    return pa.array(["five" if value == 5 else str(2 * value) for value in number.to_pylist()])


def cast_wrong_at_five_in_chunks(number: pa.Array) -> pa.ChunkedArray:
    values = cast_wrong_at_five(number)
    return pa.chunked_array([values[:1], values[1:]])


def too_big_at_five(number: pa.Array) -> pa.Array:
    return pa.array([2**40 if value == 5 else 2 * value for value in number.to_pylist()])


def lists_wrong_at_five(number: pa.Array) -> pa.Array:
    return pa.array([[["five" if value == 5 else str(2 * value)]] for value in number.to_pylist()])


def structs_wrong_at_five(number: pa.Array) -> pa.Array:
    return pa.StructArray.from_arrays([lists_wrong_at_five(number)], ["a"])


def lengths_wrong_at_five(number: pa.Array) -> pa.Array:
    return pa.array([[value] * (3 if value == 5 else 2) for value in number.to_pylist()])


def long_category(number: int) -> str:
    return "c" * 500


class Sized(NamedTuple):
    name: str
    size: int


def half_at_five(number: int) -> int:
    return number / 2 if number == 5 else number
