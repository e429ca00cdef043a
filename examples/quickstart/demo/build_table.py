"""Builds the quickstart's source table: a row for each paragraph of the Python standard library's source."""

import pathlib
import sys
import sysconfig
from collections.abc import Iterator

import lance
import pyarrow as pa

ROWS_PER_FRAGMENT = 5_000
SCHEMA = pa.schema([("doc", pa.string()), ("line", pa.int64()), ("body", pa.string())])


def sources() -> Iterator[tuple[str, str]]:
    """Name and text of the library's modules, without their tests."""
    library = pathlib.Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(library.rglob("*.py")):
        if not {"site-packages", "test", "tests"} & set(path.parts):
            try:
                yield path.relative_to(library).as_posix(), path.read_text("utf-8")
            except UnicodeDecodeError:
                continue  # a few files are in other encodings on purpose


def paragraphs(doc: str, text: str) -> Iterator[dict[str, object]]:
    """What stands between blank lines, with the line that it starts on."""
    line = 1
    for body in text.split("\n\n"):
        if body.strip():
            yield {"doc": doc, "line": line, "body": body}
        line += body.count("\n") + 2


def main(destination: str) -> None:
    rows = [row for doc, text in sources() for row in paragraphs(doc, text)]
    dataset = lance.write_dataset(
        pa.Table.from_pylist(rows, SCHEMA), destination, max_rows_per_file=ROWS_PER_FRAGMENT, enable_stable_row_ids=True
    )
    print(
        f"{dataset.count_rows():,} paragraphs of the Python standard library in {len(dataset.get_fragments())} fragments"
    )


main(sys.argv[1])
