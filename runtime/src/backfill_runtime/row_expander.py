"""Runs a generator: any number of values for a row, so that a view has as many rows for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.errors import JobError
from backfill_runtime.row_arguments import row_arguments
from backfill_runtime.udf import Udf
from backfill_runtime.udf_call import callable_of, shown_row
from backfill_runtime.udf_failure import Place, udf_raised
from backfill_runtime.values import WrongValue, from_rows


@dataclass(frozen=True)
class Expanded:
    """Values, and for each one the row of the batch that it comes from."""

    values: pa.Array
    rows: pa.Array


class RowExpander:
    """Holds one generator function."""

    def __init__(self, udf: Udf) -> None:
        if udf.takes_batches:
            raise JobError(
                "UDF_UNSUPPORTED",
                f"{udf.ref.name} is a generator over batches, so that nobody knows which row a value comes from",
                "write a generator over one row's values, without batch types in its annotations",
            )
        self._udf = udf
        self._loop = asyncio.new_event_loop() if udf.is_async else None
        if self._loop:
            asyncio.set_event_loop(self._loop)
        self._call = callable_of(udf)

    def expand(self, batch: pa.RecordBatch, fragment: int, offsets: np.ndarray) -> Expanded:
        """All values of the rows of `batch`, in order."""
        values: list[Any] = []
        rows: list[int] = []
        columns, call = row_arguments(self._udf, batch, self._call)
        for index, arguments in enumerate(zip(*columns, strict=True)):
            try:
                values.extend(self._values(call(*arguments)))
            except BaseException as error:
                shown = shown_row(self._udf, batch, index)
                raise udf_raised(self._udf, error, f"on {shown}", Place(fragment, int(offsets[index]))) from None
            rows.extend([index] * (len(values) - len(rows)))
        try:
            return Expanded(from_rows(self._udf, values), pa.array(rows, pa.int64()))
        except WrongValue as wrong:
            raise wrong.at(fragment, int(offsets[rows[wrong.index]])) from None

    def _values(self, generator: Any) -> list[Any]:
        if self._loop:
            return self._loop.run_until_complete(_collected(generator))
        return list(generator)


async def _collected(values: Any) -> list[Any]:
    return [value async for value in values]
