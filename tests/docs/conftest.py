"""The store of the project's own articles, built once, and what the pages' scripts offer."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from serving import PATIENCE, command, started

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
def server(seeds_store: Path) -> Iterator[str]:
    """The address of ``zonekg serve`` on a free port, started as users start it."""
    with started(command(seeds_store), cwd=ROOT) as (address, process):
        yield f"http://{address.netloc}"
        process.terminate()
        assert process.wait(PATIENCE) == 0
