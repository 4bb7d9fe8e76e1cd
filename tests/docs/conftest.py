"""The store of the project's own articles, built once, and what the pages' scripts offer."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kg_build.build import build
from kg_build.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def script(name: str) -> ModuleType:
    """A script that stands beside the pages."""
    full = f"docs_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, DOCS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[full] = module
        spec.loader.exec_module(module)
    return sys.modules[full]


@pytest.fixture(scope="session")
def generate() -> ModuleType:
    """``docs/generate.py``."""
    return script("generate")


@pytest.fixture(scope="session")
def outputs() -> ModuleType:
    """``docs/outputs.py``."""
    return script("outputs")


@pytest.fixture(scope="session")
def seeds_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of seeds/articles."""
    store = tmp_path_factory.mktemp("docs") / "demo.store"
    report = build([ROOT / "seeds" / "articles"], Settings(store=store), fresh=True, strict=True)
    assert report.articles >= 20
    assert report.violations == []
    return store


@pytest.fixture(scope="session")
def disputed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which a second paper gives another figure than the first."""
    store = tmp_path_factory.mktemp("docs") / "disputed.store"
    first = ROOT / "seeds" / "articles" / "2024-01-22_qinglan_statistics.txt"
    build([first, Path(__file__).parent / "articles"], Settings(store=store), fresh=True, strict=True)
    return store


@pytest.fixture(scope="session")
def server(seeds_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``zonekg serve`` on a free port, started as users start it."""
    log = tmp_path_factory.mktemp("serve") / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "kg_build", "serve", "--store", str(seeds_store), "--port", "0"],
            stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, cwd=ROOT,
        )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while (found := re.search(r"http://[\d.]+:\d+", log.read_text(encoding="utf-8"))) is None:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < end
            time.sleep(0.1)
        yield found[0]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
