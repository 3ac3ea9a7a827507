"""The built wheel, not the source tree: it holds what it should, and the command works from it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests import ROOT

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT], check=True)
    (made,) = folder.glob("symconv-*.whl")
    return made


def test_contents(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    source = {
        str(p.relative_to(ROOT)) for p in (ROOT / "symconv").rglob("*") if p.is_file() and "__pycache__" not in p.parts
    }
    assert source <= set(names)
    assert "symconv/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests", "derivations", "README"))]


def test_the_command_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, wheel], check=True)
    env = {**os.environ, "PYTHONPATH": str(site)}
    where = subprocess.run(
        [sys.executable, "-c", "import symconv; print(symconv.__file__)"],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(site))
    script = site / "bin" / "symconv"
    shown = subprocess.run(
        [sys.executable, script, "derive", "conv2d", "--wrt", "x", "--stride", "2", "--padding", "1"],
        cwd=tmp_path, env=env, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "✓" in shown.stdout
    version = subprocess.run(
        [sys.executable, script, "--version"], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert "symconv" in version.stdout
