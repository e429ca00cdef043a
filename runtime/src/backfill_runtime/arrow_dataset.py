"""Imports `pyarrow.dataset`, which Lance needs, without pandas, which it only looks for.

Where pandas is installed that costs each process about a second and 35 MB before its first row. pyarrow remembers that
it found none, so whoever imports pandas later, the user's function for one, has pyarrow look again.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_PANDAS = "pandas"


def import_arrow_dataset() -> None:
    """Does nothing more than an import where pandas or `pyarrow.dataset` is there already."""
    if _PANDAS in sys.modules or "pyarrow.dataset" in sys.modules:
        return
    with _hidden():
        importlib.import_module("pyarrow.dataset")
    sys.meta_path.insert(0, _TellsArrow())


@contextlib.contextmanager
def _hidden() -> Iterator[None]:
    hides = _Hides()
    sys.meta_path.insert(0, hides)
    try:
        yield
    finally:
        sys.meta_path.remove(hides)


class _Hides(MetaPathFinder):
    def find_spec(self, name: str, *_: object) -> None:
        if name == _PANDAS:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


class _TellsArrow(MetaPathFinder):
    """Finds pandas where the others do, and has pyarrow look again when it has been imported."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != _PANDAS:
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        found = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = _AndTellsArrow(spec.loader, self)
        return spec


class _AndTellsArrow(Loader):
    def __init__(self, loader: Loader, finder: MetaPathFinder) -> None:
        self._loader = loader
        self._finder = finder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        sys.meta_path.remove(self._finder)
        importlib.import_module("pyarrow").nulls(0).to_pandas()  # which cannot do without pandas, and so looks
