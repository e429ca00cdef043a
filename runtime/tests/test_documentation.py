"""The functions of docs/functions.md, run as a job would run them."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from backfill_runtime.batch_runner import BatchRunner
from backfill_runtime.job_spec import UdfRef
from backfill_runtime.udf import describe

PAGE = Path(__file__).parents[2] / "docs" / "functions.md"
TABLE = pa.schema([("body", pa.string()), ("url", pa.string())])
ROWS = [{"body": "a good day\nfor all", "url": "https://example.com/x"}, {"body": "x", "url": None}]
EXPECTED: dict[str, list[Any]] = {
    "word_count": [5, 1],
    "host": ["example.com", None],
    "shout": ["A GOOD DAY\nFOR ALL", "X"],
    "Sentiment": [0.2, 0.0],
    "counts": [{"words": 5, "lines": 2}, {"words": 1, "lines": 1}],
    "trimmed": ["a good day for all", "x"],
}
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> types.ModuleType:
    """All snippets as one module, which a reader could save as one file."""
    (tmp_path / "documented.py").write_text("\n".join(SNIPPETS))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "documented", raising=False)
    return __import__("documented")


def test_every_snippet_has_a_function_that_is_run() -> None:
    # The last definition of a snippet is the one that it is about.
    assert [re.findall(r"^(?:def|class) (\w+)", snippet, re.MULTILINE)[-1] for snippet in SNIPPETS] == list(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_documented_function_gives_what_it_says(page: types.ModuleType, name: str) -> None:
    udf = describe(UdfRef(f"{page.__name__}:{name}", output_type="string" if name == "shout" else None), TABLE)

    values = BatchRunner(udf).compute(pa.RecordBatch.from_pylist(ROWS, TABLE), 0, np.arange(len(ROWS)))

    assert values.to_pylist() == EXPECTED[name]
