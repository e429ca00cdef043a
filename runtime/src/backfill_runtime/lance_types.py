"""Which Arrow types Lance keeps in a column.

It commits columns of some others, and cannot read the table afterwards, so that nobody may find out by trying.
"""

from __future__ import annotations

import pyarrow as pa

_INSTEAD = (
    (pa.types.is_string_view, "string"),
    (pa.types.is_binary_view, "binary"),
    (pa.types.is_interval, "duration[us]"),
    (pa.types.is_list_view, "list"),
    (pa.types.is_large_list_view, "large_list"),
)
_LARGEST_SCALE = 127
_LARGEST_BYTES = 1 << 27  # of a value: batches of some more are too much for Arrow
_FIRST_FORMAT = "2.0"
_NOT_NULL_FORMAT = "2.1"


def refusal(kind: pa.DataType) -> str | None:
    """What no format of Lance keeps of this type, and what to use instead."""
    for is_one, instead in _INSTEAD:
        if is_one(kind):
            return f"Lance has no {str(kind).partition('<')[0]}: use {instead}"
    if pa.types.is_dictionary(kind):
        return _dictionary(kind)
    if pa.types.is_decimal(kind) and kind.scale > _LARGEST_SCALE:
        return f"{kind} has a scale of more than {_LARGEST_SCALE}"
    if pa.types.is_fixed_size_binary(kind) and not kind.byte_width:
        return "Lance cannot read a fixed_size_binary[0]: use binary"
    if _bytes(kind) > _LARGEST_BYTES:
        return f"a value of {kind} has more than {_LARGEST_BYTES} bytes: use binary or list"
    if pa.types.is_fixed_size_list(kind):
        return _vector(kind)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return refusal(kind.value_type)
    return _struct(kind) if pa.types.is_struct(kind) else None


def needed_format(kind: pa.DataType) -> str:
    """The first data_storage_version that keeps a type which is not refused."""
    fields = [kind.field(index) for index in range(kind.num_fields)]
    needed = max((needed_format(field.type) for field in fields), default=_FIRST_FORMAT)
    if pa.types.is_struct(kind) and not all(field.nullable for field in fields):
        return max(needed, _NOT_NULL_FORMAT)
    return needed


def _dictionary(kind: pa.DictionaryType) -> str | None:
    values, plain = kind.value_type, pa.types
    if kind.ordered:
        return f"Lance forgets the order of a dictionary: use {pa.dictionary(kind.index_type, values)}"
    text = (plain.is_string, plain.is_large_string, plain.is_binary, plain.is_large_binary)
    if any(is_one(values) for is_one in (plain.is_boolean, plain.is_integer, plain.is_floating, *text)):
        return None
    return f"Lance has no dictionaries of {values}: use {values}"


def _vector(kind: pa.FixedSizeListType) -> str | None:
    item = kind.value_type
    if not kind.list_size:
        return "a fixed_size_list has at least one item"
    if not kind.value_field.nullable:
        return f"Lance forgets not null in a fixed_size_list: use {pa.list_(item, kind.list_size)}"
    if pa.types.is_struct(item):  # which is written, and read alone, until a compaction puts it into a file with others
        return f"Lance cannot read {kind} beside other columns: use list<{item}>"
    if pa.types.is_fixed_size_list(item) or _is_fixed(item):
        return refusal(item)
    return f"the items of a fixed_size_list are of a fixed size: use list<{item}>"


def _struct(kind: pa.StructType) -> str | None:
    names = [field.name for field in kind]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        return f"a struct has the field {twice[0]!r} twice: rename it"
    if not names:
        return "a struct has at least one field"
    return next(filter(None, (refusal(field.type) for field in kind)), None)


def _is_fixed(kind: pa.DataType) -> bool:
    plain = pa.types
    return any(
        is_one(kind) for is_one in (plain.is_null, plain.is_primitive, plain.is_decimal, plain.is_fixed_size_binary)
    )


def _bytes(kind: pa.DataType) -> int:
    """Of the part of a value whose size is fixed."""
    if pa.types.is_fixed_size_list(kind):
        return int(kind.list_size) * max(1, _bytes(kind.value_type))
    if pa.types.is_struct(kind):
        return sum(_bytes(field.type) for field in kind)
    if pa.types.is_fixed_size_binary(kind):
        return int(kind.byte_width)
    return int(kind.bit_width) // 8 if _is_fixed(kind) and not pa.types.is_null(kind) else 0
