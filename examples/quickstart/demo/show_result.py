"""Reads the two tables back with Lance alone and checks every row against the plain function."""

import sys

import lance
import pyarrow.compute as pc

sys.path.insert(0, sys.argv[2])
from features.text import first_line, word_count  # the workspace is an argument

SHOWN = 5


def clip(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def main(data: str) -> None:
    docs = lance.dataset(f"{data}/docs.lance").to_table(columns=["doc", "line", "body", "words"])
    words = sum(word_count(body) == count for body, count in zip(docs["body"].to_pylist(), docs["words"].to_pylist()))
    print(f"docs.lance       {words:,} of {docs.num_rows:,} values of column words are right")

    view = lance.dataset(f"{data}/long-docs.lance").to_table()
    expected = pc.sum(pc.greater(docs["words"], 20)).as_py()
    lines = sum(
        first_line(body) == line for body, line in zip(view["body"].to_pylist(), view["first_line"].to_pylist())
    )
    print(
        f"long-docs.lance  {view.num_rows:,} of {expected:,} rows are there, {lines:,} values of column first_line are right\n"
    )

    print(f"{'words':>5}  {'doc':<28}  first_line")
    for row in view.take(pc.select_k_unstable(view, SHOWN, [("words", "descending")])).to_pylist():
        print(f"{row['words']:>5}  {clip(row['doc'], 28):<28}  {clip(row['first_line'], 60)}")
    if (words, view.num_rows, lines) != (docs.num_rows, expected, expected):
        sys.exit("the result is wrong")


main(sys.argv[1])
