"""Builds the example's table: `python build_table.py DIRECTORY` writes DIRECTORY/pages.lance."""

import sys

import lance
import pyarrow as pa

PAGES = [
    "<html><head><title>Ray</title></head><body>Tasks and actors</body></html>",
    "<html><head><TITLE>\n  Lance,\n  a format\n</TITLE></head></html>",
    "<p>No title here</p>",
]

lance.write_dataset(pa.table({"html": pa.array(PAGES)}), f"{sys.argv[1]}/pages.lance", enable_stable_row_ids=True)
