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
    if not pa.types.is_dictionary(value_type):
        return pa.concat_arrays(arrays)
    decoded = pa.concat_arrays([array.dictionary_decode() for array in arrays])
    return decoded.dictionary_encode().cast(value_type)
