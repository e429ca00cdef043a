"""File systems of a test's own."""

from __future__ import annotations

import subprocess

import pytest


def mount(*arguments: str) -> None:
    if subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
