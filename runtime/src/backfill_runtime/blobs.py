"""Columns of blobs: large values that Lance keeps apart, and reads as places in files unless asked for their bytes.

Up to its file format 2.1 such a column is a marked one of large binaries; from 2.2 on it has a type of its own, which
takes a blob's bytes or where they are.
"""

from __future__ import annotations

import pyarrow as pa
from lance.blob import BlobType

ALL_BYTES = "all_binary"  # whoever names a blob column wants its bytes, not where they are

_MARK = b"lance-encoding:blob"


def is_blob(field: pa.Field) -> bool:
    return _MARK in (field.metadata or {}) or isinstance(field.type, BlobType)


def holds_blobs(field: pa.Field) -> bool:
    """Whether it is a column of blobs, or has them somewhere within."""
    kind = field.type
    if is_blob(field) or not pa.types.is_nested(kind):
        return is_blob(field)
    return any(holds_blobs(kind.field(index)) for index in range(kind.num_fields))


def in_new_table(field: pa.Field) -> pa.Field:
    """As the column is in a table that is made now."""
    if not is_blob(field):
        return field
    metadata = {key: value for key, value in (field.metadata or {}).items() if key != _MARK}
    return pa.field(field.name, BlobType(), field.nullable, metadata)


def typed(values: pa.Array, field: pa.Field) -> pa.Array:
    """The bytes of blobs as values of such a column. Values of other columns as they are."""
    if not isinstance(field.type, BlobType):
        return values
    storage = field.type.storage_type
    elsewhere = [pa.nulls(len(values), each.type) for each in list(storage)[1:]]
    blobs = pa.StructArray.from_arrays([values, *elsewhere], fields=list(storage), mask=values.is_null())
    return pa.ExtensionArray.from_storage(field.type, blobs)
