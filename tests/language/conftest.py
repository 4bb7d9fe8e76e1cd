from collections.abc import Callable

import pytest
from spacy.language import Language

from kg_build.language import load_pipeline
from kg_build.model import Article, OffsetMap


@pytest.fixture(scope="session")
def nlp() -> Language:
    return load_pipeline()


@pytest.fixture(scope="session")
def article() -> Callable[[str], Article]:
    def make(text: str) -> Article:
        return Article("page.txt", 1, text[:10], text, (), OffsetMap(()))

    return make
