"""Types of columns: what is taken can be written and read, and what is not says what to use instead."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, TypedDict

import lance
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backfill_runtime.absent import absent_values
from backfill_runtime.arrow_types import DEEPEST, annotated_type, parse_type, text_of
from backfill_runtime.errors import JobError
from backfill_runtime.job_spec import UdfRef
from backfill_runtime.lance_types import needed_format, refusal
from backfill_runtime.udf_signature import output_type_of
from support import backfill, column, fails_unchanged, numbers, run

FORMATS = ["2.0", "2.1", "2.2"]

INTEGERS = st.sampled_from([pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint64()])
UNITS = ["s", "ms", "us", "ns"]
PLAIN = st.one_of(
    INTEGERS,
    st.sampled_from([pa.null(), pa.bool_(), pa.float16(), pa.float32(), pa.float64(), pa.date32(), pa.date64()]),
    st.sampled_from([pa.string(), pa.large_string(), pa.binary(), pa.large_binary(), pa.time32("s"), pa.time64("ns")]),
    st.sampled_from([pa.string_view(), pa.binary_view(), pa.month_day_nano_interval()]),
    st.sampled_from(UNITS).map(pa.duration),
    st.builds(pa.timestamp, st.sampled_from(UNITS), st.sampled_from([None, "UTC", "+02:00", "America/Port-au-Prince"])),
    st.builds(pa.decimal128, st.integers(1, 38), st.integers(-38, 38)),
    st.builds(pa.decimal256, st.integers(1, 76), st.integers(-38, 38)),
    st.integers(0, 9).map(pa.binary),
)
NAMES = st.one_of(
    st.sampled_from(["item", "a b", "1st", "列", "size (mm)", "not null", "x-y.z", ""]),
    st.text(st.characters(codec="utf-8", exclude_characters="<>,:", exclude_categories=["C", "Z"]), max_size=4),
)


def _field(name: str, kind: pa.DataType, nullable: bool) -> pa.Field:
    return pa.field(name, kind, nullable=nullable or pa.types.is_null(kind))


def _nested(inner: st.SearchStrategy[pa.DataType]) -> st.SearchStrategy[pa.DataType]:
    fields = st.builds(_field, NAMES, inner, st.booleans())
    return st.one_of(
        fields.map(pa.list_),
        fields.map(pa.large_list),
        fields.map(pa.list_view),
        st.builds(pa.list_, fields, st.integers(0, 3)),
        st.lists(fields, max_size=3).map(pa.struct),
        st.builds(pa.dictionary, INTEGERS, inner, st.booleans()),
    )


ANY = st.recursive(PLAIN, _nested, max_leaves=4)
TAKEN = ANY.filter(lambda kind: refusal(kind) is None)
SEARCH = settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@SEARCH
@given(kind=TAKEN)
def test_what_is_taken_is_read_as_arrow_writes_it(kind: pa.DataType) -> None:
    assert parse_type(str(kind)) == kind
    assert str(parse_type(str(kind))) == str(kind)  # names of items, too, which are equal to Arrow
    assert text_of(kind) == str(kind)


@settings(SEARCH, max_examples=200)
@given(kind=TAKEN)
def test_what_is_taken_is_written_and_read_by_lance(kind: pa.DataType) -> None:
    values = _values(kind)
    for version in FORMATS:
        if version < needed_format(kind):
            continue
        array = pa.concat_arrays([values, absent_values(kind, version)(1)])
        rows = pa.table({"number": list(range(len(array))), "x": array})
        table = lance.write_dataset(rows, "memory://t", data_storage_version=version, max_rows_per_file=2)
        assert table.schema.field("x").type == kind
        for _ in ("as written", "compacted"):
            assert table.to_table()["x"].to_pylist() == array.to_pylist()
            assert table.take([2, 0])["x"].to_pylist() == [array[2].as_py(), array[0].as_py()]
            assert table.to_table(filter="number > 0")["x"].to_pylist() == array[1:].to_pylist()
            table.optimize.compact_files()


def _values(kind: pa.DataType) -> pa.Array:
    """Two of them."""
    if pa.types.is_dictionary(kind):
        return pa.DictionaryArray.from_arrays(pa.array([0, 1], kind.index_type), _values(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.StructArray.from_arrays([_values(field.type) for field in kind], fields=list(kind))
    if pa.types.is_fixed_size_list(kind):
        items = pa.concat_arrays([_values(kind.value_type)] * kind.list_size)
        return pa.FixedSizeListArray.from_arrays(items, type=kind)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        made = pa.ListArray if pa.types.is_list(kind) else pa.LargeListArray
        return made.from_arrays([0, 2, 2], _values(kind.value_type), type=kind)
    if pa.types.is_fixed_size_binary(kind) and not pa.types.is_decimal(kind):
        return pa.array([b"x" * kind.byte_width] * 2, kind)
    if pa.types.is_decimal(kind):
        zero_and_one = bytes(kind.byte_width) + b"\x01" + bytes(kind.byte_width - 1)
        return pa.Array.from_buffers(kind, 2, [None, pa.py_buffer(zero_and_one)])
    for values in ([False, True], ["a", "b"], [b"a", b"b"], [0.5, 1.5], [0, 1], [0, 86_400_000], [None, None]):
        try:
            return pa.array(values, kind)
        except (pa.ArrowException, TypeError, ValueError):
            continue
    raise AssertionError(kind)


REFUSED = {
    "string_view": "Lance has no string_view: use string",
    "list<binary_view>": "Lance has no binary_view: use binary",
    "list_view<int8>": "Lance has no list_view: use list",
    "large_list_view<int8>": "Lance has no large_list_view: use large_list",
    "month_day_nano_interval": "Lance has no month_day_nano_interval: use duration[us]",
    "map<string, int8>": "'map' is not an Arrow type",
    "dictionary<values=string, indices=int8, ordered=1>": "use dictionary<values=string, indices=int8, ordered=0>",
    "dictionary<values=date32>": "Lance has no dictionaries of date32[day]: use date32[day]",
    "dictionary<values=string, indices=string>": "The dictionary index type should be integer",
    "fixed_size_list<float>[99999999999]": "99999999999 is more than 2147483647",
    "fixed_size_list<float>[2147483647]": "has more than 134217728 bytes: use binary or list",
    "fixed_size_list<fixed_size_list<float>[99999]>[99999]": "has more than 134217728 bytes: use binary or list",
    "fixed_size_list<bool>[2147483647]": "has more than 134217728 bytes: use binary or list",
    "fixed_size_list<float>[0]": "a fixed_size_list has at least one item",
    "fixed_size_list<string>[2]": "the items of a fixed_size_list are of a fixed size: use list<string>",
    "fixed_size_list<list<int8>>[2]": "are of a fixed size: use list<list<item: int8>>",
    "fixed_size_list<float not null>[2]": "use fixed_size_list<item: float>[2]",
    "fixed_size_list<struct<a: int8>>[2]": "beside other columns: use list<struct<a: int8>>",
    "list<fixed_size_list<struct<a: int8>>[2]>": "beside other columns: use list<struct<a: int8>>",
    "fixed_size_list<fixed_size_list<struct<a: int8>>[2]>[2]": "beside other columns: use list<struct<a: int8>>",
    "fixed_size_binary[0]": "Lance cannot read a fixed_size_binary[0]: use binary",
    "fixed_size_binary[2147483648]": "2147483648 is more than 2147483647",
    "fixed_size_binary[2147483647]": "has more than 134217728 bytes",
    "decimal128(10, 200)": "has a scale of more than 127",
    "decimal128(10, 99999999999)": "99999999999 is more than 2147483647",
    "struct<a: int8, a: int8>": "a struct has the field 'a' twice",
    "list<" * 2000 + "int8" + ">" * 2000: f"more than {DEEPEST} types within each other",
}


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize(("text", "says"), REFUSED.items(), ids=lambda text: text[:40])
def test_what_lance_does_not_keep_is_refused_with_what_to_use(tmp_path: Path, text: str, says: str) -> None:
    numbers(tmp_path / "t")

    error = fails_unchanged(backfill(tmp_path / "t", outputType=text), tmp_path / "t", "OUTPUT_TYPE_INVALID")

    assert error["message"].startswith("outputType '")
    assert says in error["message"]
    assert len(error["message"]) < 300


class Node(TypedDict):
    children: list[Node]


class Nothing(NamedTuple):
    pass


def _levels(count: int) -> object:
    annotation: object = int
    for _ in range(count):
        annotation = list[annotation]  # type: ignore[valid-type]
    return annotation


@pytest.mark.parametrize(
    ("annotation", "says"),
    [
        (Node, f"what m:f returns: more than {DEEPEST} types within each other"),
        (_levels(DEEPEST + 1), f"what m:f returns: more than {DEEPEST} types within each other"),
        (list[Nothing], "what m:f returns: a struct has at least one field"),
    ],
)
def test_an_annotation_that_leads_to_such_a_type_is_refused(annotation: object, says: str) -> None:
    with pytest.raises(JobError) as caught:
        output_type_of(UdfRef("m:f"), annotation, yields_rows=False)

    assert caught.value.code == "OUTPUT_TYPE_INVALID"
    assert caught.value.message == says


@pytest.mark.parametrize("wrap", ["list<{}>", "struct<a: {}>", "fixed_size_list<{}>[1]"])
def test_the_deepest_type_is_written_and_read_in_each_format(wrap: str) -> None:
    text = "int8"
    for _ in range(DEEPEST):
        text = wrap.format(text)
    kind = parse_type(text)
    for version in FORMATS:
        values = pa.StructArray.from_arrays([_values(kind)], ["spread"])
        table = lance.write_dataset(pa.table({"x": values}), "memory://t", data_storage_version=version)
        assert table.to_table()["x"].to_pylist() == values.to_pylist()
    assert annotated_type(_levels(DEEPEST)) is not None


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize(
    ("text", "version", "needed"),
    [
        ("struct<half: double not null>", "2.0", "2.1"),
    ],
)
def test_what_the_format_of_the_table_does_not_keep_is_refused(
    tmp_path: Path, text: str, version: str, needed: str
) -> None:
    lance.write_dataset(pa.table({"number": [1]}), tmp_path / "t", data_storage_version=version)

    error = fails_unchanged(backfill(tmp_path / "t", outputType=text), tmp_path / "t", "TABLE_FORMAT_TOO_OLD")

    assert f"the Lance file format {version} of" in error["message"]
    assert f"data_storage_version {needed} or later" in error["fix"]


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.field("item", pa.float64(), nullable=False)),
        pa.list_(pa.field("element", pa.float64(), nullable=False)),
        pa.large_list(pa.float64()),
    ],
    ids=str,
)
def test_the_type_that_a_mismatch_advises_can_be_set(tmp_path: Path, kind: pa.DataType) -> None:
    numbers(tmp_path / "t", out=pa.array([[0.5]] * 10, kind))
    job = backfill(tmp_path / "t", "vector", where="true")

    error = fails_unchanged(job, tmp_path / "t", "COLUMN_TYPE_MISMATCH")
    advised = error["fix"].rpartition("set outputType to ")[2]
    outcome = run(job | {"outputType": advised})

    assert outcome.succeeded, outcome.last
    assert lance.dataset(tmp_path / "t").schema.field("out").type == kind
    assert column(tmp_path / "t") == [[number, 0.5] for number in range(10)]


@pytest.mark.usefixtures("inline_pool")
def test_a_mismatch_does_not_advise_a_type_that_cannot_be_set(tmp_path: Path) -> None:
    kind = pa.map_(pa.string(), pa.int64())
    numbers(tmp_path / "t", out=pa.array([[("a", 1)]] * 10, kind))

    error = fails_unchanged(backfill(tmp_path / "t"), tmp_path / "t", "COLUMN_TYPE_MISMATCH")

    assert error["fix"] == "set column to another name, which leaves out as it is"


@pytest.mark.usefixtures("inline_pool")
@pytest.mark.parametrize(
    ("text", "value"), [("list<int64 not null>", [1, None]), ("struct<a: int64 not null>", {"a": None})]
)
def test_a_null_in_a_value_that_has_none_is_a_wrong_type(tmp_path: Path, text: str, value: object) -> None:
    numbers(tmp_path / "t", value=[value] * 10)

    error = fails_unchanged(backfill(tmp_path / "t", "same", outputType=text), tmp_path / "t", "UDF_WRONG_TYPE")

    assert "is marked non-null" in error["message"] or "contained null" in error["message"]
    assert error["fix"] == "return a value there, or set outputType without not null"


@pytest.mark.usefixtures("inline_pool")
def test_columns_that_a_struct_says_are_not_null_are_added(tmp_path: Path) -> None:
    numbers(tmp_path / "t")
    job = backfill(tmp_path / "t", "size", outputType="struct<twice: int64 not null, label: string>")
    del job["column"]

    outcome = run(job | {"columns": ["twice", "label"]})

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t", "twice") == [2 * number for number in range(10)]
