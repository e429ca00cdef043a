"""A user's function: loaded, matched to columns, typed, and run on batches.

A function needs nothing of ours. Plain functions get one row's values and return one value. Functions whose arguments
are annotated `pyarrow.Array`, `numpy.ndarray` or `pyarrow.RecordBatch` get a whole batch and return an array.
A class is constructed once per actor, and its `__call__` is the function.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import operator
import reprlib
import traceback
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa

from backfill_runtime.arrow_types import annotated_type, parse_type
from backfill_runtime.errors import JobError, did_you_mean, first_line, user_frames
from backfill_runtime.job_spec import UdfRef
from backfill_runtime.tables import check_columns

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_FIX_AND_RESUBMIT = "fix the function and submit again"


@dataclass(frozen=True)
class Udf:
    """What is known of a function before any row is computed. Crosses to the actors, the function itself does not."""

    ref: UdfRef
    arguments: tuple[str, ...]
    columns: tuple[str, ...]  # of the table, one per argument
    takes: type  # object for a plain function, else what a batch arrives as
    output: pa.DataType
    source_digest: str
    roots: tuple[str, ...]  # of the bundle


def describe(ref: UdfRef, table: pa.Schema, roots: Sequence[str] = ()) -> Udf:
    """Loads the function once to check it against the table. Raises JobError before any actor starts."""
    target = load(ref, roots)
    signature = _signature(ref, target)
    parameters = _usable_parameters(ref, signature)
    takes = _takes(ref, parameters)
    arguments = _arguments(ref, parameters, takes, table)
    columns = [(ref.inputs or {}).get(argument, argument) for argument in arguments]
    check_columns(table, columns, f"{ref.name} reads")
    return Udf(
        ref=ref,
        arguments=tuple(arguments),
        columns=tuple(columns),
        takes=takes,
        output=_output_type(ref, signature.return_annotation),
        source_digest=_source_digest(target),
        roots=tuple(roots),
    )


def load(ref: UdfRef, roots: Sequence[str]) -> Any:
    """The function or class that `ref` names. Raises JobError(UDF_NOT_FOUND or UDF_IMPORT_FAILED)."""
    module_name, _, name = ref.name.partition(":")
    searched = f"searched: {', '.join(roots)} and the image" if roots else "searched: the image (the job has no bundle)"
    try:
        module = importlib.import_module(module_name)
    except BaseException as error:
        if isinstance(error, ModuleNotFoundError) and f"{module_name}.".startswith(f"{error.name}."):
            raise JobError(
                "UDF_NOT_FOUND",
                f"there is no module {error.name!r} for {ref.name}; {searched}",
                "check the module's name and that its directory is a root of the bundle",
            ) from None
        raise JobError(
            "UDF_IMPORT_FAILED",
            f"importing {module_name} raised {_named(error)}",
            "make the module importable: its packages must be in the bundle or in the image",
            user_traceback=user_frames(error, roots),
        ) from None
    found = getattr(module, name, None)
    if not callable(found):
        functions = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
        problem = "is not a function" if hasattr(module, name) else "is not there"
        raise JobError(
            "UDF_NOT_FOUND",
            f"{name!r} in {module_name} {problem}: {did_you_mean(name, functions)}",
            "name a function of that module",
        )
    return found


class BatchRunner:
    """Runs one function on batches, in an actor."""

    def __init__(self, udf: Udf) -> None:
        self._udf = udf
        target = load(udf.ref, udf.roots)
        self._call = self._construct(target) if inspect.isclass(target) else target
        self._call = _positional(self._call, udf)

    def compute(self, batch: pa.RecordBatch, fragment: int, offsets: np.ndarray) -> pa.Array:
        """The function's values for the rows of `batch`, whose offsets in the fragment are `offsets`."""
        if self._udf.takes is object:
            return self._compute_rows(batch, fragment, offsets)
        return self._compute_batch(batch, fragment, offsets)

    def _compute_rows(self, batch: pa.RecordBatch, fragment: int, offsets: np.ndarray) -> pa.Array:
        function, values = self._call, [batch.column(name).to_pylist() for name in self._udf.columns]
        first = iter(values[0])
        try:
            if len(values) == 1:
                computed = [function(value) for value in first]
            else:
                computed = [function(*row) for row in zip(first, *values[1:], strict=True)]
        except BaseException as error:
            index = batch.num_rows - operator.length_hint(first) - 1
            shown = ", ".join(
                f"{argument}={_SHORT.repr(column[index])}"
                for argument, column in zip(self._udf.arguments, values, strict=True)
            )
            self._raised(error, f"on {shown}", fragment, int(offsets[index]))
        return self._to_arrow(computed, fragment, offsets)

    def _compute_batch(self, batch: pa.RecordBatch, fragment: int, offsets: np.ndarray) -> pa.Array:
        rows = f"rows {offsets[0]} to {offsets[-1]}"
        arrays = [batch.column(name) for name in self._udf.columns]
        if self._udf.takes is pa.RecordBatch:
            arguments = [pa.record_batch(arrays, names=list(self._udf.arguments))]
        elif self._udf.takes is np.ndarray:
            arguments = [array.to_numpy(zero_copy_only=False) for array in arrays]
        else:
            arguments = arrays
        try:
            computed = self._call(*arguments)
        except BaseException as error:
            self._raised(error, f"on {rows}", fragment, None)
        if not isinstance(computed, pa.Array | pa.ChunkedArray | np.ndarray | list) or len(computed) != batch.num_rows:
            got = f"{len(computed)} values" if hasattr(computed, "__len__") else f"a {type(computed).__name__}"
            raise JobError(
                "UDF_WRONG_TYPE",
                f"{self._udf.ref.name} returned {got} for {batch.num_rows} rows ({rows})",
                "return one array with a value for each row",
                fragment=fragment,
            )
        return self._to_arrow(computed, fragment, offsets)

    def _to_arrow(self, values: Any, fragment: int, offsets: np.ndarray) -> pa.Array:
        try:
            if isinstance(values, pa.ChunkedArray):
                values = values.combine_chunks()
            if isinstance(values, np.ndarray) and values.ndim > 1:
                values = list(values)  # one row each
            if isinstance(values, pa.Array):
                return values if values.type == self._udf.output else values.cast(self._udf.output)
            return pa.array(values, self._udf.output)
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            self._wrong_type(values, error, fragment, offsets)

    def _wrong_type(self, values: Any, error: Exception, fragment: int, offsets: np.ndarray) -> NoReturn:
        expected = f"expected {self._udf.output}"
        fix = "return that type, or set outputType"
        if isinstance(values, pa.Array):
            message = f"{self._udf.ref.name} returned an array of {values.type}, {expected} ({first_line(error)})"
            raise JobError("UDF_WRONG_TYPE", message, fix, fragment=fragment)
        index = next((index for index, value in enumerate(values) if not _fits(value, self._udf.output)), 0)
        value = values[index]
        message = f"{self._udf.ref.name} returned {_SHORT.repr(value)} of type {type(value).__name__}, {expected}"
        raise JobError("UDF_WRONG_TYPE", message, fix, fragment=fragment, row=int(offsets[index]))

    def _construct(self, target: Callable[[], Any]) -> Callable[..., Any]:
        try:
            return typing.cast(Callable[..., Any], target())
        except BaseException as error:
            self._raised(error, "while being constructed", None, None)

    def _raised(self, error: BaseException, when: str, fragment: int | None, row: int | None) -> NoReturn:
        if isinstance(error, KeyboardInterrupt):
            raise error
        raise JobError(
            "UDF_FAILED",
            f"{self._udf.ref.name} raised {_named(error)} {when}",
            _FIX_AND_RESUBMIT,
            fragment=fragment,
            row=row,
            user_traceback=user_frames(error, self._udf.roots),
        ) from None


def _signature(ref: UdfRef, target: Any) -> inspect.Signature:
    if inspect.isclass(target) and not any("__call__" in vars(base) for base in target.__mro__):
        raise JobError("UDF_ARGUMENTS", f"{ref.name} is a class without __call__", "give it one, or name a function")
    called = target.__call__ if inspect.isclass(target) else target
    body = called if inspect.isroutine(called) else type(called).__call__
    if inspect.iscoroutinefunction(body) or inspect.isgeneratorfunction(body) or inspect.isasyncgenfunction(body):
        raise JobError(
            "UDF_UNSUPPORTED",
            f"{ref.name} is async or a generator, which this runtime cannot run yet",
            "use a plain function",
        )
    try:
        signature = _evaluated_signature(called)
    except (TypeError, ValueError):
        raise JobError(
            "UDF_ARGUMENTS", f"{ref.name} does not tell its arguments", "wrap it in a plain function"
        ) from None
    if inspect.isclass(target):
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    return signature


def _evaluated_signature(called: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(called, eval_str=True)
    except (NameError, AttributeError, SyntaxError):  # annotations that exist for type checkers only
        return inspect.signature(called)


def _usable_parameters(ref: UdfRef, signature: inspect.Signature) -> list[inspect.Parameter]:
    parameters = [parameter for parameter in signature.parameters.values() if parameter.kind not in _VARIADIC]
    names = [parameter.name for parameter in parameters]
    if not parameters:
        raise JobError(
            "UDF_ARGUMENTS", f"{ref.name} takes no argument", "give it one argument for each column that it reads"
        )
    unknown = [name for name in ref.inputs or {} if name not in names]
    if unknown and not _takes_record_batch(parameters):
        raise JobError(
            "UDF_ARGUMENTS",
            f"inputs names {unknown[0]!r}, which {ref.name} does not take: {did_you_mean(unknown[0], names)}",
            "name the function's own arguments in inputs",
        )
    return parameters


def _arguments(ref: UdfRef, parameters: list[inspect.Parameter], takes: type, table: pa.Schema) -> list[str]:
    """The arguments that columns fill: all, but those with a default that neither `inputs` nor a column names."""
    if takes is pa.RecordBatch:
        if ref.inputs is None:
            raise JobError(
                "UDF_ARGUMENTS",
                f"{ref.name} takes a RecordBatch, so the job must say which columns it holds",
                "set inputs, for example {body: body}",
            )
        return list(ref.inputs)
    known = {*(ref.inputs or {}), *table.names}
    return [
        parameter.name
        for parameter in parameters
        if parameter.name in known or parameter.default is inspect.Parameter.empty
    ]


def _takes(ref: UdfRef, parameters: list[inspect.Parameter]) -> type:
    """The batch type that the arguments are annotated with, or object for a plain function."""
    if _takes_record_batch(parameters):
        return typing.cast(type, pa.RecordBatch)
    kinds = {_batch_type(parameter) for parameter in parameters if parameter.default is inspect.Parameter.empty}
    if len(kinds) > 1:
        raise JobError(
            "UDF_ARGUMENTS",
            f"{ref.name} mixes batch and plain arguments",
            "annotate all arguments pa.Array, or none of them",
        )
    return kinds.pop() if kinds else object


def _takes_record_batch(parameters: list[inspect.Parameter]) -> bool:
    return len(parameters) == 1 and _batch_type(parameters[0]) is pa.RecordBatch


def _batch_type(parameter: inspect.Parameter) -> type:
    annotation = typing.get_origin(parameter.annotation) or parameter.annotation
    return annotation if annotation in (pa.Array, np.ndarray, pa.RecordBatch) else object


def _positional(call: Callable[..., Any], udf: Udf) -> Callable[..., Any]:
    """`call`, taking `udf.arguments` in order. It is `call` itself unless arguments are skipped or keyword-only."""
    if udf.takes is pa.RecordBatch:
        return call
    parameters = list(_evaluated_signature(call).parameters.values())[: len(udf.arguments)]
    if [parameter.name for parameter in parameters if parameter.kind in _POSITIONAL] == list(udf.arguments):
        return call
    return lambda *values: call(**dict(zip(udf.arguments, values, strict=True)))


def _output_type(ref: UdfRef, annotation: Any) -> pa.DataType:
    if ref.output_type is not None:
        try:
            return parse_type(ref.output_type)
        except ValueError as error:
            raise JobError(
                "OUTPUT_TYPE_INVALID",
                f"outputType {ref.output_type!r}: {error}",
                "write an Arrow type, such as int64 or list<float>",
            ) from None
    output = annotated_type(annotation)
    if output is None:
        shown = "has no return annotation" if annotation is inspect.Signature.empty else f"returns {annotation!r}"
        raise JobError(
            "UDF_NO_TYPE",
            f"{ref.name} {shown}, so the column's type is not known",
            "annotate what it returns, or set outputType",
        )
    return output


def _source_digest(target: Any) -> str:
    try:
        source = inspect.getsource(target)
    except (OSError, TypeError):
        source = repr(type(target))
    return hashlib.sha256(source.encode()).hexdigest()


def _fits(value: Any, output: pa.DataType) -> bool:
    try:
        pa.array([value], output)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return False
    return True


def _named(error: BaseException) -> str:
    lines = "".join(traceback.format_exception_only(error)).strip().splitlines()
    return lines[-1 if isinstance(error, SyntaxError) else 0][:500]  # a syntax error begins with its position


class _ShortRepr(reprlib.Repr):
    """A representation that is short, and never raises, however large or odd the value is."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = 80

    def repr_bytes(self, value: bytes, _level: int) -> str:
        return repr(value) if len(value) <= self.maxstring else f"{value[: self.maxstring]!r}... ({len(value)} bytes)"


_SHORT = _ShortRepr()
