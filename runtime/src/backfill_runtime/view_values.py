"""Which rows of two columns differ: by bits, so that NaN is equal to itself, and null to null."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backfill_runtime.list_types import is_list

Mask = np.ndarray[Any, np.dtype[np.bool_]]

_BITS = {16: pa.int16(), 32: pa.int32(), 64: pa.int64()}


def differing(left: pa.Array, right: pa.Array) -> Mask:
    """One truth value a row. Arrays of the same length; values of different types all differ."""
    if left.type != right.type:
        return np.ones(len(left), bool)
    left_valid, right_valid = _mask(left.is_valid()), _mask(right.is_valid())
    differ: Mask = left_valid != right_valid
    both = np.flatnonzero(left_valid & right_valid)
    if len(both):
        differ[both] = _values_differ(left.take(pa.array(both)), right.take(pa.array(both)))
    return differ


def _values_differ(left: pa.Array, right: pa.Array) -> Mask:
    """Of arrays without nulls."""
    kind = left.type
    if isinstance(left, pa.ExtensionArray):
        return differing(left.storage, right.storage)
    if pa.types.is_dictionary(kind):
        return differing(left.dictionary_decode(), right.dictionary_decode())
    if pa.types.is_floating(kind):
        bits = _BITS[kind.bit_width]
        return _mask(pc.not_equal(left.view(bits), right.view(bits)))
    if pa.types.is_struct(kind):
        children = [differing(left.field(index), right.field(index)) for index in range(kind.num_fields)]
        return np.logical_or.reduce(children) if children else np.zeros(len(left), bool)
    if is_list(kind):
        return _lists_differ(left, right)
    try:
        return _mask(pc.not_equal(left, right))
    except pa.ArrowNotImplementedError:  # maps, and what Arrow may have next
        pairs = zip(left.to_pylist(), right.to_pylist(), strict=True)
        return np.fromiter((one != other for one, other in pairs), bool, len(left))


def _lists_differ(left: pa.Array, right: pa.Array) -> Mask:
    lengths = np.asarray(pc.list_value_length(left))
    differ: Mask = lengths != np.asarray(pc.list_value_length(right))
    same = np.flatnonzero(~differ)
    items = differing(left.take(pa.array(same)).flatten(), right.take(pa.array(same)).flatten())
    differ[np.repeat(same, lengths[same])[items]] = True
    return differ


def _mask(values: pa.Array) -> Mask:
    mask: Mask = np.asarray(values).astype(bool)
    return mask
