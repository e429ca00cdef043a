"""How much memory values take."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def value_bytes(values: pa.Array) -> int:
    """With categories counted as often as they are there, which is what they take when arrays are put together."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return int(values.indices.nbytes) + _categories_bytes(values)
    if pa.types.is_struct(kind):
        return sum(value_bytes(values.field(index)) for index in range(kind.num_fields))
    return int(values.nbytes)


def _categories_bytes(values: pa.DictionaryArray) -> int:
    categories = values.dictionary
    try:
        lengths = pc.binary_length(categories)
    except pa.ArrowNotImplementedError:  # all of the same width
        return len(values) * int(categories.nbytes) // max(1, len(categories))
    return pc.sum(lengths.take(values.indices)).as_py() or 0
