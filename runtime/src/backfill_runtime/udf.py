"""A user's function: loaded, matched to columns and typed. `batch_runner` runs it.

A function needs nothing of ours. Plain functions get one row's values and return one value. Functions whose arguments
are annotated `pyarrow.Array`, `numpy.ndarray` or `pyarrow.RecordBatch` get a whole batch and return an array.
A class is constructed once per actor, and its `__call__` is the function. Any of them may be async.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from backfill_runtime.errors import JobError, did_you_mean, user_frames
from backfill_runtime.job_spec import UdfRef
from backfill_runtime.shown import named
from backfill_runtime.tables import check_columns
from backfill_runtime.udf_signature import arguments_of, batch_type_of, output_type_of, signature_of, usable_parameters

_ADDRESS = re.compile(" at 0x[0-9a-f]+")  # of an object in this process, which is elsewhere in the next


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
    is_async: bool = False
    yields_rows: bool = False  # a generator: any number of values for a row

    @property
    def takes_batches(self) -> bool:
        return self.takes is not object


def describe(ref: UdfRef, table: pa.Schema, roots: Sequence[str] = ()) -> Udf:
    """Loads the function once to check it against the table. Raises JobError before any actor starts."""
    target = load(ref, roots)
    body = _body(target)
    is_generator = inspect.isgeneratorfunction(body) or inspect.isasyncgenfunction(body)
    signature = signature_of(ref, target)
    parameters = usable_parameters(ref, signature)
    takes = batch_type_of(ref, parameters)
    arguments = arguments_of(ref, parameters, takes, table)
    columns = [(ref.inputs or {}).get(argument, argument) for argument in arguments]
    check_columns(table, columns, f"{ref.name} reads")
    return Udf(
        ref=ref,
        arguments=tuple(arguments),
        columns=tuple(columns),
        takes=takes,
        output=output_type_of(ref, signature.return_annotation, yields_rows=is_generator),
        source_digest=_source_digest(target),
        roots=tuple(roots),
        is_async=inspect.iscoroutinefunction(body) or inspect.isasyncgenfunction(body),
        yields_rows=is_generator,
    )


def load(ref: UdfRef, roots: Sequence[str]) -> Any:
    """The function or class that `ref` names. Raises JobError(UDF_NOT_FOUND or UDF_IMPORT_FAILED)."""
    module_name, _, name = ref.name.partition(":")
    searched = f"searched: {', '.join(roots)} and the image" if roots else "searched: the image (the job has no bundle)"
    try:
        module = importlib.import_module(module_name)
    except BaseException as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{module_name}.".startswith(f"{error.name}."):
            raise JobError(
                "UDF_NOT_FOUND",
                f"there is no module {error.name!r} for {ref.name}; {_module_meant(error.name, roots)}{searched}",
                "check the module's name and that its directory is a root of the bundle",
            ) from None
        raise JobError(
            "UDF_IMPORT_FAILED",
            f"importing {module_name} raised {named(error)}",
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


def _module_meant(missing: str, roots: Sequence[str]) -> str:
    """The module beside it whose name is nearest, for a message. Beside one at the top is what the bundle has there."""
    package, _, name = missing.rpartition(".")
    places = getattr(sys.modules.get(package), "__path__", []) if package else roots
    close = difflib.get_close_matches(name, [module.name for module in pkgutil.iter_modules(places)], n=1)
    return f"did you mean {'.'.join(filter(None, (package, close[0])))!r}? " if close else ""


def _body(target: Any) -> Any:
    """What runs when `target` is called, or its instance when it is a class."""
    called = target.__call__ if inspect.isclass(target) else target
    while isinstance(called, functools.partial):
        called = called.func
    return called if inspect.isroutine(called) else type(called).__call__


def _source_digest(target: Any) -> str:
    """Of its source, or of that of its class; with what a partial function is given."""
    given = ""
    while isinstance(target, functools.partial):
        given += _ADDRESS.sub("", repr((target.args, target.keywords)))
        target = target.func
    has_source = inspect.isroutine(target) or inspect.isclass(target)
    try:
        source = inspect.getsource(target if has_source else type(target))
    except (OSError, TypeError):
        source = repr(type(target))
    return hashlib.sha256((given + source).encode()).hexdigest()
