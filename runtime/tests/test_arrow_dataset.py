"""pandas stays out of a process that nobody imports it in, and is what it always was in one where somebody does."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from support import backfill, column, numbers, run

START = "from backfill_runtime.arrow_dataset import import_arrow_dataset; import_arrow_dataset(); import sys, lance"


def _printed(code: str, *folders: Path) -> str:
    """What a fresh interpreter prints, Lance imported as in a worker."""
    paths = [str(path) for path in (Path(__file__).parent.parent / "src", *folders)]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}\n{START}\n{textwrap.dedent(code)}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_lance_comes_without_it() -> None:
    assert _printed("print('pandas' in sys.modules, 'pyarrow.dataset' in sys.modules)") == "False True"


def test_arrow_takes_its_series_once_somebody_has_imported_it() -> None:
    code = """
        import importlib.util
        importlib.util.find_spec("pandas")  # to look whether it is there is not to import it
        import pandas, pyarrow
        print(pyarrow.array(pandas.Series([1.0, float("nan")])).null_count)
        print([type(finder).__name__ for finder in sys.meta_path if "backfill" in type(finder).__module__])
        print(type(pandas.__spec__.loader).__name__, type(pandas.__loader__).__name__)
    """
    assert _printed(code).split("\n") == ["1", "[]", "SourceFileLoader SourceFileLoader"]


def test_arrow_finds_it_without_an_import_of_anybody() -> None:
    assert _printed("import pyarrow; print(pyarrow.array([1]).to_pandas().tolist())") == "[1]"


def test_an_import_that_failed_can_be_tried_again(tmp_path: Path) -> None:
    broken = tmp_path / "pandas"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise RuntimeError('broken')")
    code = f"""
        try:
            import pandas
        except RuntimeError as error:
            print(error)
        sys.path.remove({str(tmp_path)!r})
        sys.path_importer_cache.clear()
        import pandas, pyarrow
        print(pyarrow.array(pandas.Series([float("nan")])).null_count)
    """
    assert _printed(code, tmp_path).split("\n") == ["broken", "1"]


def test_where_it_is_imported_already_nothing_changes() -> None:
    code = "import pandas; import_arrow_dataset(); print(len([f for f in sys.meta_path if 'backfill' in repr(f)]))"
    assert _printed(code) == "0"


def test_a_row_whose_nanoseconds_only_pandas_has_is_told_how_to_get_them(tmp_path: Path) -> None:
    (tmp_path / "clock.py").write_text("def shown(at) -> str:\n    return str(at)\n")
    code = """
        import numpy, pyarrow
        from backfill_runtime.batch_runner import BatchRunner
        from backfill_runtime.errors import JobError
        from backfill_runtime.job_spec import UdfRef
        from backfill_runtime.udf import describe
        batch = pyarrow.record_batch({"at": pyarrow.array([1], pyarrow.timestamp("ns"))})
        runner = BatchRunner(describe(UdfRef("clock:shown"), batch.schema))
        try:
            runner.compute(batch, 0, numpy.arange(1))
        except JobError as error:
            print(error.code, error.row, error.fix)
        import pandas
        print(runner.compute(batch, 0, numpy.arange(1)).to_pylist())
    """
    told, shown = _printed(code, tmp_path).split("\n")
    assert told.startswith("UDF_ARGUMENTS 0 import pandas, which has such values, in the function's module, or write")
    assert shown == "['1970-01-01 00:00:00.000000001']"


@pytest.mark.usefixtures("local_ray")
def test_a_worker_is_without_it_until_the_function_wants_it(tmp_path: Path) -> None:
    numbers(tmp_path / "t", rows=2)

    outcome = run(backfill(tmp_path / "t", "tells_of_pandas"))

    assert outcome.succeeded, outcome.last
    assert column(tmp_path / "t") == ["absent", "1 null"]
