"""What all tests share."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests reaches the program (the folders of corpora and pages are not settings)."""
    from kg_build.settings import Settings

    for name in Settings.__slots__:
        monkeypatch.delenv(f"ZONEKG_{name.upper()}", raising=False)


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The project's own articles."""
    return Path(__file__).parent.parent / "seeds"


def folder_of(setting: str) -> Path:
    """A folder that a setting names; the test is skipped where it isn't there."""
    value = os.environ.get(setting, "")
    if not value or not Path(value).is_dir():
        pytest.skip(f"{setting} names no folder here")
    return Path(value)
