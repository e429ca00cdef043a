"""How a user's function wants to be called, and what it gives, read off its signature."""

from __future__ import annotations

import inspect
import typing
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from backfill_runtime.arrow_types import annotated_type, parse_type
from backfill_runtime.errors import JobError, did_you_mean
from backfill_runtime.job_spec import UdfRef
from backfill_runtime.lance_types import refusal
from backfill_runtime.shown import SHORT

_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_ITERATORS = (Iterator, Iterable, Generator, AsyncIterator, AsyncGenerator)


def signature_of(ref: UdfRef, target: Any) -> inspect.Signature:
    """Without the self of a class. Raises JobError when `target` cannot be called, or does not tell how."""
    if inspect.isclass(target) and not any("__call__" in vars(base) for base in target.__mro__):
        raise JobError("UDF_ARGUMENTS", f"{ref.name} is a class without __call__", "give it one, or name a function")
    called = target.__call__ if inspect.isclass(target) else target
    try:
        signature = evaluated_signature(called)
    except (TypeError, ValueError):
        raise JobError(
            "UDF_ARGUMENTS", f"{ref.name} does not tell its arguments", "wrap it in a plain function"
        ) from None
    if inspect.isclass(target):
        signature = signature.replace(parameters=list(signature.parameters.values())[1:])
    return signature


def evaluated_signature(called: Callable[..., Any]) -> inspect.Signature:
    try:
        return inspect.signature(called, eval_str=True)
    except (NameError, AttributeError, SyntaxError):  # annotations that exist for type checkers only
        return inspect.signature(called)


def usable_parameters(ref: UdfRef, signature: inspect.Signature) -> list[inspect.Parameter]:
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


def arguments_of(ref: UdfRef, parameters: list[inspect.Parameter], takes: type, table: pa.Schema) -> list[str]:
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


def batch_type_of(ref: UdfRef, parameters: list[inspect.Parameter]) -> type:
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


def output_type_of(ref: UdfRef, annotation: Any, *, yields_rows: bool) -> pa.DataType:
    """The type of one value, from the job or from what the function is annotated to return, or to yield."""
    given = f"outputType {SHORT.repr(ref.output_type)}" if ref.output_type is not None else f"what {ref.name} returns"
    try:
        output = (
            parse_type(ref.output_type) if ref.output_type is not None else _annotated(ref, annotation, yields_rows)
        )
        refused = refusal(output)
    except ValueError as error:
        refused = str(error)
    if refused is None:
        return output
    raise JobError("OUTPUT_TYPE_INVALID", f"{given}: {refused}", "write an Arrow type, such as int64 or list<float>")


def _annotated(ref: UdfRef, annotation: Any, yields_rows: bool) -> pa.DataType:
    output = annotated_type(_yielded(annotation) if yields_rows else annotation)
    if output is None:
        shown = "has no return annotation" if annotation is inspect.Signature.empty else f"returns {annotation!r}"
        raise JobError(
            "UDF_NO_TYPE",
            f"{ref.name} {shown}, so the column's type is not known",
            "annotate what it returns, or set outputType",
        )
    return output


def _yielded(annotation: Any) -> Any:
    arguments = typing.get_args(annotation)
    return arguments[0] if typing.get_origin(annotation) in _ITERATORS and arguments else annotation
