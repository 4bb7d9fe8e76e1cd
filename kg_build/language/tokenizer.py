"""The tokenizer: spaCy's Chinese one with a pkuseg model of our own, and the rules of `segmentation`."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import spacy_pkuseg
from spacy.attrs import NORM, PREFIX, SHAPE, SUFFIX  # type: ignore[import-not-found]  # a Cython module
from spacy.lang.zh import ChineseTokenizer
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import get_words_and_spaces, registry
from spacy.vocab import Vocab

from kg_build.language.segmentation import FIXED, Lexicon, adjust, widen

FOLDER = "pkuseg_model"
PIECE = re.compile(r"[^\s。！？；!?;]+[。！？；!?;]*|[。！？；!?;]+")
LONGEST_PIECE = 400
"""Characters that the segmenter sees at a time; longer stretches without an end mark are cut here."""
DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def normal_form(word: str) -> str:
    """The form of a word that the models see: wide marks, each number ``0``, Latin letters in lower case."""
    return DIGITS.sub("0", widen(word)).lower()


def _shape(word: str) -> str:
    """Kind of a word: ``latin``, ``number``, ``mark``, or its length in characters up to 5."""
    form = widen(word)
    if word.isspace():
        return "space"
    match = FIXED.match(form)
    if match and match.lastgroup:
        return match.lastgroup
    return str(min(len(word), 5))


LEX_ATTRS: dict[int, Callable[[str], str]] = {
    NORM: normal_form,
    PREFIX: lambda word: normal_form(word)[:1],
    SUFFIX: lambda word: normal_form(word)[-1:],
    SHAPE: _shape,
}


class Tokenizer(ChineseTokenizer):
    """A `ChineseTokenizer` (``segmenter="pkuseg"``) whose words are put right by `segmentation.adjust`.

    Its model lies in the pipeline's own folder; nothing is downloaded. It also sets the lexical attributes NORM, PREFIX,
    SUFFIX and SHAPE of its vocabulary to the features that the shipped model was trained with.
    """

    def __init__(self, vocab: Vocab) -> None:
        super().__init__(vocab, segmenter="pkuseg")  # type: ignore[arg-type]
        self.lexicon = Lexicon.load()
        self.segmenter_model: Any = None
        self._folder: Path | None = None
        # spaCy's stubs leave this attribute of Vocab out.
        vocab.lex_attr_getters.update(LEX_ATTRS)  # type: ignore[attr-defined]

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Any]] | None = None,  # noqa: ARG002 - spaCy's signature
        *,
        nlp: Language | None = None,  # noqa: ARG002
        pkuseg_model: str | None = None,
        pkuseg_user_dict: str | None = None,  # noqa: ARG002
    ) -> None:
        """Take the model in the folder ``pkuseg_model``, if one is given; never download one."""
        if pkuseg_model is not None:
            self.load_segmenter(Path(pkuseg_model))

    def load_segmenter(self, folder: Path) -> None:
        """Take the pkuseg model in ``folder`` (``features.msgpack``, ``weights.npz``)."""
        # user_dict=None: pkuseg's own word lists are pickles, and our lexicon does their work.
        segmenter: Any = spacy_pkuseg.pkuseg(str(folder), user_dict=None)
        self._folder = folder
        # It ships in half precision; pkuseg's decoder takes double.
        segmenter.model.w = segmenter.model.w.astype(np.float64)
        self.segmenter_model = segmenter

    def __call__(self, text: str) -> Doc:
        """Cut a text into tokens; ``Doc.text`` is exactly the text."""
        words = [word for chunk in text.split() for word in self._words(chunk)]
        words, spaces = get_words_and_spaces(words, text)
        return Doc(self.vocab, words=words, spaces=spaces)

    def _words(self, chunk: str) -> Iterator[str]:
        if self.segmenter_model is None:
            raise ValueError("the tokenizer has no model yet")
        cut: list[str] = []
        for piece in _pieces(chunk):
            position = 0
            for word in self.segmenter_model.cut(widen(piece)):
                cut.append(piece[position : position + len(word)])
                position += len(word)
        yield from adjust(cut, self.lexicon)

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:  # noqa: ARG002
        """Copy the segmenter's files, as they were read, to ``path``."""
        folder = Path(path) / FOLDER
        if self._folder is not None and self._folder.resolve() != folder.resolve():
            shutil.copytree(self._folder, folder, dirs_exist_ok=True)

    def from_disk(self, path: str | Path, **kwargs: Any) -> Tokenizer:  # noqa: ARG002
        """Read the segmenter's model under ``path``."""
        folder = Path(path) / FOLDER
        if folder.is_dir():
            self.load_segmenter(folder)
        return self

    def to_bytes(self, **kwargs: Any) -> bytes:  # noqa: ARG002
        """Nothing: the model stays on disk (`Language.to_bytes` asks for it when pipelines are compared)."""
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> Tokenizer:  # noqa: ARG002
        """Nothing to read: see `to_bytes`."""
        return self


def _pieces(chunk: str) -> Iterable[str]:
    for match in PIECE.finditer(chunk):
        piece = match.group()
        for start in range(0, len(piece), LONGEST_PIECE):
            yield piece[start : start + LONGEST_PIECE]


@registry.tokenizers("zonekg.tokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """Factory for ``[nlp.tokenizer]`` of a pipeline's configuration."""
    return lambda nlp: Tokenizer(nlp.vocab)
