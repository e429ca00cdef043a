"""Arrays put together."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa


def joined(arrays: Sequence[pa.Array]) -> pa.Array:
    """One array of several of one type.

    Arrow does not unify dictionaries that hold nulls, which is what Lance reads from its format 2.0: they are encoded
    anew.
    """
    if len(arrays) == 1:
        return arrays[0]
    value_type = arrays[0].type
    if pa.types.is_dictionary(value_type):
        decoded = pa.concat_arrays([array.dictionary_decode() for array in arrays])
        return decoded.dictionary_encode().cast(value_type)
    if pa.types.is_struct(value_type) and any(pa.types.is_dictionary(field.type) for field in value_type):
        children = [joined([array.field(index) for array in arrays]) for index in range(value_type.num_fields)]
        absent = pa.concat_arrays([array.is_null() for array in arrays])
        return pa.StructArray.from_arrays(children, fields=[*value_type], mask=absent)
    return pa.concat_arrays(arrays)
