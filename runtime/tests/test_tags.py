from pathlib import Path

import lance
import pyarrow as pa
import pytest

from backfill_runtime.tags import create_tag, delete_tag, update_tag


@pytest.fixture
def table(tmp_path: Path) -> lance.LanceDataset:
    return lance.write_dataset(pa.table({"a": [1]}), tmp_path / "table.lance")


def test_a_tag_that_is_there_already_is_the_one_that_was_asked_for(table: lance.LanceDataset) -> None:
    create_tag(table, "mine", 1)
    create_tag(table, "mine", 1)
    assert list(table.tags.list()) == ["mine"]


def test_a_tag_that_is_not_there_is_deleted_all_the_same(table: lance.LanceDataset) -> None:
    delete_tag(table, "mine")


def test_a_version_that_lance_does_not_find_is_an_error_of_the_storage(table: lance.LanceDataset) -> None:
    with pytest.raises(OSError, match="version main:7 does not exist"):
        create_tag(table, "mine", 7)
    create_tag(table, "mine", 1)
    with pytest.raises(OSError, match="version main:7 does not exist"):
        update_tag(table, "mine", 7)
    assert table.tags.list()["mine"]["version"] == 1
