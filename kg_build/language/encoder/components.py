"""The network as parts of a spaCy pipeline: ``encoder``, ``parser`` and ``pairs``, all reading what one pass made.

``encoder`` runs the network, puts the names it sees into ``doc.spans["names"]`` and, unless somebody has said where names are,
lets tokens end at their edges; ``parser`` gives tags, heads and relations. What the network made of a text is kept in
``doc.user_data`` until the parse; whoever has it already (`annotate`) puts it there, and it isn't computed twice.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from spacy.attrs import DEP, HEAD, TAG  # type: ignore[import-not-found]  # a Cython module
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from kg_build.errors import PipelineError
from kg_build.language.components import NAMES as NAMES_GIVEN
from kg_build.language.components import join, split_at
from kg_build.language.encoder import (
    CHARACTERS,
    ENCODER,
    INDICATOR,
    NAMES,
    ONE_WORD,
    PAIRS,
    PARSER,
    POSSIBLE,
    PROPERTIES,
    SETTINGS,
    SUBWORDS,
)
from kg_build.language.encoder.characters import WINDOW, Characters
from kg_build.language.encoder.encode import ELSEWHERE, Encoded, Encoder, Network, Scored
from kg_build.language.encoder.names import choose
from kg_build.language.encoder.pairs import Likely, PairScorer, Thing
from kg_build.language.encoder.subwords import Subwords
from kg_build.language.encoder.trees import best_tree
from kg_build.yamlfiles import load_yaml

ENCODED = "zonekg_encoded"
"""Key of ``doc.user_data`` under which an `Encoded` is kept."""
SPANS = "names"
FACTORIES = {"encoder": "zonekg_encoder", "parser": "zonekg_parser", "pairs": "zonekg_pairs"}
SPACE_TAG, LOOSE, ROOT = "_SP", "dep", "ROOT"
"""White space's tag; the relation of what no tree holds, white space or the rest of an endless sentence; the root's."""
LONGEST_SENTENCE = 250
"""Words that are parsed together; hardly a window has more, memory grows with the square and time with the cube."""
NESTED = Path(__file__).with_name("nested.yaml")
NOT_LOADED = "the pipeline's network has not been loaded"


def nesting() -> Mapping[str, frozenset[str]]:
    """Which labels may stand inside which: ``nested.yaml``."""
    table = load_yaml(NESTED.read_text(encoding="utf-8"))
    return {label: frozenset(inner or ()) for label, inner in table.items()}


class EncoderComponent:
    """Runs the network over a document."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.nested = nesting()
        self._encoder: Encoder | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of names."""
        return self._encoder.labels if self._encoder else ()

    def encode(self, text: str, size: int = WINDOW, elsewhere: float = ELSEWHERE) -> Encoded:
        """What the network makes of a text in windows of about ``size`` characters.

        ``elsewhere`` is the weight that the same words in other places have (`encode.alike`).

        Raises:
            PipelineError: No network has been loaded, or it fails.
        """
        if self._encoder is None:
            raise PipelineError(NOT_LOADED)
        return self._encoder.encode(text, size, elsewhere)

    def names(self, encoded: Encoded) -> tuple[Scored, ...]:
        """The names that stand together in a text, in text order; the words for what figures measure are none."""
        return choose((span for span in encoded.spans if span.label != INDICATOR), self.nested)

    def __call__(self, doc: Doc) -> Doc:
        """Encode the text if that isn't done yet, and set ``doc.spans["names"]``."""
        encoded = doc.user_data.get(ENCODED)
        if encoded is None:
            encoded = doc.user_data[ENCODED] = self.encode(doc.text)
        names = self.names(encoded)
        if NAMES_GIVEN not in doc.user_data:
            split_at(doc, (edge for name in names for edge in (name.start, name.end)))
            join(doc, [(name.start, name.end) for name in names if name.label in ONE_WORD])
        spans = (doc.char_span(name.start, name.end, label=name.label, alignment_mode="expand") for name in names)
        doc.spans[SPANS] = SpanGroup(doc, name=SPANS, spans=[span for span in spans if span is not None])
        return doc

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002 - spaCy's signature
        """Copy the network's files to ``path``."""
        _copy(self.folder, Path(path), (ENCODER, CHARACTERS, SUBWORDS, SETTINGS))

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> EncoderComponent:  # noqa: ARG002
        """Open the network in ``path``.

        Raises:
            PipelineError: A file is missing or broken.
        """
        folder = Path(path)
        (labels,) = _settings(folder, NAMES)
        characters, subwords = Characters.load(folder / CHARACTERS), Subwords.load(folder / SUBWORDS)
        self._encoder = Encoder(folder / ENCODER, characters, subwords, labels)
        self.folder = folder
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002
        """Nothing: the network stays on disk."""
        return b""


class PairsComponent:
    """Keeps the scorer of pairs with the pipeline; it needs mentions, so it does nothing in the pipeline itself."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._scorer: PairScorer | None = None

    def score(self, encoded: Encoded, things: Sequence[Thing]) -> list[Likely]:
        """Pairs of mentions with their odds.

        Raises:
            PipelineError: No network has been loaded, or it fails.
        """
        if self._scorer is None:
            raise PipelineError(NOT_LOADED)
        return self._scorer.score(encoded, things)

    def __call__(self, doc: Doc) -> Doc:
        """Give the document back."""
        return doc

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002 - spaCy's signature
        """Copy the network's files to ``path``."""
        _copy(self.folder, Path(path), (PAIRS, SETTINGS))

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> PairsComponent:  # noqa: ARG002
        """Open the network in ``path``.

        Raises:
            PipelineError: A file is missing or broken.
        """
        folder = Path(path)
        (properties,) = _settings(folder, PROPERTIES)
        self._scorer = PairScorer(folder / PAIRS, properties, _possible(folder))
        self.folder = folder
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002
        """Nothing: the network stays on disk."""
        return b""


class ParserComponent:
    """Gives words their tags, heads and relations."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.tags: tuple[str, ...] = ()
        self.relations: tuple[str, ...] = ()
        self._network: Network | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The relations."""
        return self.relations

    def __call__(self, doc: Doc) -> Doc:
        """Parse the sentences (``token.is_sent_start`` says where they begin).

        Raises:
            PipelineError: No ``encoder`` came before, or no network has been loaded.
        """
        encoded = doc.user_data.pop(ENCODED, None)
        if encoded is None:
            raise PipelineError("the parser needs the encoder before it")
        strings = doc.vocab.strings
        count = len(doc)
        tags, relations = [strings.add(SPACE_TAG)] * count, [strings.add(LOOSE)] * count
        heads = list(range(count))
        for sentence in _sentences(doc):
            main: int | None = None
            for start in range(0, len(sentence), LONGEST_SENTENCE):
                words = sentence[start : start + LONGEST_SENTENCE]
                for i, (tag, head, relation) in zip(words, self._parse(doc, words, encoded), strict=True):
                    tags[i], heads[i], relations[i] = strings.add(tag), words[head], strings.add(relation)
                root = next(i for i in words if heads[i] == i)
                if main is None:
                    main = root
                else:
                    heads[root], relations[root] = main, strings.add(LOOSE)
        for i, token in enumerate(doc):
            if token.is_space and i:
                heads[i] = i - 1
        offsets = [head - i for i, head in enumerate(heads)]
        table = np.array([tags, [o % 2**64 for o in offsets], relations], dtype=np.uint64).T
        return doc.from_array([TAG, HEAD, DEP], table)  # type: ignore[arg-type]

    def _parse(self, doc: Doc, words: Sequence[int], encoded: Encoded) -> list[tuple[str, int, str]]:
        """Tag, head (index in ``words``; the root's its own) and relation of each word of one tree."""
        if self._network is None:
            raise PipelineError(NOT_LOADED)
        first = [doc[i].idx for i in words]
        last = [doc[i].idx + len(doc[i].text) - 1 for i in words]
        tags, arcs, below, above = self._network(np.concatenate([encoded.vectors[first], encoded.vectors[last]], axis=1))
        columns = best_tree(arcs)
        scores = np.einsum("irb,ib->ir", below, above[columns])
        # The root is called so, and nothing else.
        root = self.relations.index(ROOT)
        scores[columns != 0, root] = -np.inf
        scores[columns == 0, root] = np.inf
        return [
            (self.tags[tag], int(column) - 1 if column else row, self.relations[relation])
            for row, (tag, column, relation) in enumerate(zip(tags.argmax(1), columns, scores.argmax(1), strict=True))
        ]

    def to_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        """Copy the network's files to ``path``."""
        _copy(self.folder, Path(path), (PARSER, SETTINGS))

    def from_disk(self, path: str | Path, exclude: Iterable[str] = ()) -> ParserComponent:  # noqa: ARG002
        """Open the network in ``path``.

        Raises:
            PipelineError: A file is missing or broken.
        """
        folder = Path(path)
        self.tags, self.relations = _settings(folder, "tags", "relations")
        if ROOT not in self.relations:
            raise PipelineError(f"{folder / SETTINGS}: the relations lack {ROOT}")
        self._network = Network(folder / PARSER, "words")
        for output, names in ((0, self.tags), (2, self.relations)):
            if (scored := self._network.sizes(output)[1]) != len(names):
                raise PipelineError(f"{folder / PARSER}: the network scores {scored} labels, not {len(names)}")
        self.folder = folder
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002
        """Nothing: the network stays on disk."""
        return b""


def _sentences(doc: Doc) -> Iterable[list[int]]:
    words: list[int] = []
    for token in doc:
        if token.is_sent_start and words:
            yield words
            words = []
        if not token.is_space:
            words.append(token.i)
    yield words


def _settings(folder: Path, *keys: str) -> tuple[tuple[str, ...], ...]:
    """The lists of strings under some keys of a network's settings."""
    path = folder / SETTINGS
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return tuple(tuple(map(str, table[key])) for key in keys)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise PipelineError(f"{path}: {error!r}") from error


def _possible(folder: Path) -> list[tuple[str, str, str]]:
    path = folder / SETTINGS
    try:
        return [(one, name, other) for one, name, other in json.loads(path.read_text(encoding="utf-8"))[POSSIBLE]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise PipelineError(f"{path}: {error!r}") from error


def _copy(source: Path | None, target: Path, names: Iterable[str]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        if source is not None and source.resolve() != target.resolve():
            shutil.copyfile(source / name, target / name)


@Language.factory(FACTORIES["encoder"], assigns=["doc.spans"])
def create_encoder(nlp: Language, name: str) -> EncoderComponent:  # noqa: ARG001 - spaCy's signature
    """Factory of the encoder."""
    return EncoderComponent()


@Language.factory(FACTORIES["parser"], assigns=["token.tag", "token.dep", "token.head"])
def create_parser(nlp: Language, name: str) -> ParserComponent:  # noqa: ARG001
    """Factory of the parser, which sets the tags too."""
    return ParserComponent()


@Language.factory(FACTORIES["pairs"])
def create_pairs(nlp: Language, name: str) -> PairsComponent:  # noqa: ARG001
    """Factory of the scorer of pairs."""
    return PairsComponent()


def add(nlp: Language, folder: Path, pairs: Path | None) -> None:
    """Add encoder and parser with the networks in ``folder`` to a pipeline, and a scorer of pairs if its folder is given."""
    for name, where in (("encoder", folder), ("parser", folder), ("pairs", pairs)):
        if where is not None:
            component: Any = nlp.add_pipe(FACTORIES[name], name=name)
            component.from_disk(where)
