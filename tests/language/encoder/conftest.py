from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from kg_build.language.encoder.components import add
from tests.language.encoder.tiny import write_tiny


@pytest.fixture(name="folder")
def folder_fixture(tmp_path: Path) -> Path:
    """A tiny network's folder."""
    return write_tiny(tmp_path / "network")


@pytest.fixture(name="tiny")
def tiny_fixture(folder: Path) -> Language:
    """A pipeline with a tiny network, each character a token."""
    nlp = spacy.blank("zh")
    add(nlp, folder, folder)
    return nlp
