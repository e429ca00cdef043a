from __future__ import annotations

from pathlib import Path

import pytest

from backfill_runtime.table_files import LocalFiles


def _text(text: str):
    return lambda path: Path(path).write_text(text)


def test_a_file_is_created_once(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path)

    assert files.create("a/b/1", _text("one")) == 3
    assert files.create("a/b/1", _text("other")) == 3
    with files.opened("a/b/1") as path:
        assert path.read_text() == "one"
    assert files.names("a") == ["b/1"]


def test_what_fails_to_be_written_is_not_there(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path)

    def fails(path: str) -> None:
        Path(path).write_text("half")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        files.create("a/1", fails)
    assert files.names("a") == []


def test_a_file_of_another_size_is_another_file(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path)
    files.create("a", _text("one"))

    assert (files.exists("a", 3), files.exists("a", 4), files.exists("b", 3)) == (True, False, False)


def test_removing_what_is_not_there(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path)
    files.remove("a")
    files.remove_folder("b")

    assert files.names("") == []
    with pytest.raises(FileNotFoundError):
        files.opened("a")


def test_a_removed_table_does_not_come_back(tmp_path: Path) -> None:
    files = LocalFiles(tmp_path / "gone")

    with pytest.raises(FileNotFoundError, match="gone"):
        files.create("_backfill/a", _text("one"))
    with pytest.raises(FileNotFoundError, match="gone"):
        files.journal("_backfill/events.ndjson")
    assert not (tmp_path / "gone").exists()


def test_a_journal_goes_on(tmp_path: Path) -> None:
    for line in ("one\n", "two\n"):
        journal = LocalFiles(tmp_path).journal("_backfill/events.ndjson")
        with journal.path.open("a") as file:
            file.write(line)
        journal.save()

    assert (tmp_path / "_backfill/events.ndjson").read_text() == "one\ntwo\n"
