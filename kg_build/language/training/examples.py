"""Training examples: labelled sentences as spaCy documents, and the reader that the configurations name."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example
from spacy.util import filter_spans, registry
from spacy.vocab import Vocab

from kg_build.language.training.corpora import Sentence

SPACE_TAG, SPACE_RELATION = "_SP", "dep"
RELATIONS = {"KILL": "dep"}
"""CoreNLP's mark for a relation that its converter should have removed."""
ATTRIBUTES = ["TAG", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE", "SENT_START"]


def read_parses(path: Path) -> list[list[tuple[str, str, int, str]]]:
    """Rows (word, tag, head counted from 0, relation) of each sentence of a CoNLL-U file; a root is its own head."""
    sentences: list[list[tuple[str, str, int, str]]] = []
    rows: list[tuple[str, str, int, str]] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip() and not line.startswith("#"):
            columns = line.split("\t")
            number, head = int(columns[0]) - 1, int(columns[6]) - 1
            root = head < 0
            relation = "ROOT" if root else RELATIONS.get(columns[7], columns[7])
            rows.append((columns[1], columns[4], number if root else head, relation))
        elif rows:
            sentences.append(rows)
            rows = []
    return sentences


def labelled_doc(vocab: Vocab, sentence: Sentence, rows: Sequence[tuple[str, str, int, str]]) -> Doc:
    """One sentence with its parse and its names; a name whose edge lies inside a word takes the whole word.

    Where the corpus marks no names (``names`` is None) the document says nothing about them.
    """
    words, tags, heads, relations = (list(column) for column in zip(*rows, strict=True))
    doc = Doc(vocab, words=words, spaces=[False] * len(words), tags=tags, heads=heads, deps=relations)
    if sentence.names is not None:
        spans = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in sentence.names]
        doc.set_ents(filter_spans([span for span in spans if span is not None]), default="outside")
    return doc


def write_docs(docs: Iterable[Doc], path: Path) -> None:
    """Write documents for the reader."""
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(attrs=ATTRIBUTES, docs=docs, store_user_data=False).to_disk(path)


@registry.readers("zonekg.corpus.v1")  # type: ignore[untyped-decorator]
def create_reader(path: Path, group: int = 1, seed: int = 0) -> Callable[[Language], Iterator[Example]]:
    """A corpus whose sentences come in groups, as they do in an article.

    Args:
        path: What `write_docs` wrote.
        group: Most sentences a document; each document takes 1 to this many, drawn anew each epoch.
        seed: Of the first epoch's draw.

    The predicted side knows where sentences begin, as it does behind ``zonekg_sentences``. About a third of the groups
    have line breaks between their sentences.
    """
    epoch = 0

    def read(nlp: Language) -> Iterator[Example]:
        nonlocal epoch
        docs = list(DocBin().from_disk(path).get_docs(nlp.vocab))
        draw = random.Random(seed + epoch)  # noqa: S311 - an experiment's seed, no secret
        epoch += 1
        if group > 1:
            draw.shuffle(docs)
        while docs:
            count = draw.randint(1, group)
            yield _example(nlp.vocab, docs[:count], broken=group > 1 and draw.random() < 1 / 3)
            docs = docs[count:]

    return read


def _example(vocab: Vocab, docs: Sequence[Doc], *, broken: bool) -> Example:
    words: list[str] = []
    tags: list[str] = []
    heads: list[int] = []
    relations: list[str] = []
    starts: list[bool | int | None] = []
    names: list[str | None] = []
    for doc in docs:
        offset = len(words)
        named = doc.has_annotation("ENT_IOB")
        for token in doc:
            words.append(token.text)
            tags.append(token.tag_)
            heads.append(token.head.i + offset)
            relations.append(token.dep_)
            starts.append(token.i == 0)
            kind = f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O"
            names.append(kind if named else None)
        if broken:
            words.append("\n")
            tags.append(SPACE_TAG)
            heads.append(len(words) - 2)
            relations.append(SPACE_RELATION)
            starts.append(False)
            names.append("O" if named else None)
    spaces = [False] * len(words)
    # spaCy's Doc takes None for a token about whose name nothing is known, which its type leaves out.
    reference = Doc(vocab, words=words, spaces=spaces, tags=tags, heads=heads, deps=relations, ents=names)  # type: ignore[arg-type]
    return Example(Doc(vocab, words=words, spaces=spaces, sent_starts=starts), reference)
