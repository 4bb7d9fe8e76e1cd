"""``python -m kg_build.language.training.evaluate``: measure a model as ``docs/model-card.md`` reports it.

The corpora's own dev and test parts are used, and the labels that training left in its build folder.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg_build.errors import InputError, ZonekgError
from kg_build.language.pipeline import load_pipeline
from kg_build.language.segmentation import Lexicon, widen
from kg_build.language.tokenizer import Tokenizer
from kg_build.language.training import corpora
from kg_build.language.training.examples import create_reader

PARTS = ("dev", "test", "field")


def f_score(right: int, predicted: int, gold: int) -> dict[str, float]:
    """Precision, recall and F of counts, in percent with two decimals."""
    precision = right / predicted if predicted else 0.0
    recall = right / gold if gold else 0.0
    f = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"p": round(100 * precision, 2), "r": round(100 * recall, 2), "f": round(100 * f, 2)}


def segmentation(cut: Callable[[str], Sequence[str]], sentences: Iterable[Sequence[str]]) -> dict[str, float]:
    """How well ``cut`` finds the words of sentences, given their text."""
    right = predicted = gold = 0
    for words in sentences:
        truth, guess = _ranges(words), _ranges(cut("".join(words)))
        right, predicted, gold = right + len(truth & guess), predicted + len(guess), gold + len(truth)
    return f_score(right, predicted, gold)


def _ranges(words: Sequence[str]) -> set[tuple[int, int]]:
    ranges = set()
    position = 0
    for word in words:
        ranges.add((position, position + len(word)))
        position += len(word)
    return ranges


def parsing(nlp: Language, path: Path) -> dict[str, float]:
    """Tag accuracy, UAS and LAS in percent against the labels in ``path``, tokens given."""
    scores = nlp.evaluate(list(create_reader(path)(nlp)))
    return {name: round(100 * scores[key], 2) for name, key in (("tag", "tag_acc"), ("uas", "dep_uas"), ("las", "dep_las"))}


def naming(annotate: Callable[[str], Doc], sentences: Iterable[corpora.Sentence]) -> dict[str, dict[str, float]]:
    """Precision, recall and F of names by label, from plain text on: range and label must be the same."""
    counts: dict[str, list[int]] = {}
    for sentence in sentences:
        truth = set(sentence.names or ())
        guess = {(ent.start_char, ent.end_char, ent.label_) for ent in annotate(sentence.text).ents}
        for column, found in enumerate((truth & guess, guess, truth)):
            for _, _, label in found:
                for key in (label, "all"):
                    counts.setdefault(key, [0, 0, 0])[column] += 1
    return {label: f_score(*row) for label, row in sorted(counts.items())}


def evaluate(folder: Path, build: Path, model: str) -> dict[str, Any]:
    """All measures as one table."""
    begun = time.perf_counter()
    nlp = load_pipeline(model)
    table: dict[str, Any] = {"load_seconds": round(time.perf_counter() - begun, 2)}
    data = corpora.read_corpora(folder)
    lexicon = Lexicon.load()
    plain = spacy.load(nlp.path) if nlp.path else nlp
    tokenizer: object = nlp.tokenizer
    if not isinstance(tokenizer, Tokenizer) or tokenizer.segmenter_model is None:
        raise InputError(model, "not a pipeline that this training made")
    table["size_mb"] = round(sum(p.stat().st_size for p in Path(nlp.path).rglob("*") if p.is_file()) / 1e6, 1)
    cut, raw = tokenizer, tokenizer.segmenter_model
    for part, sentences in (("dev", data.dev), ("test", data.test)):
        table[f"pkuseg_{part}"] = segmentation(lambda text: raw.cut(widen(text)), [s.words for s in sentences])
        table[f"tokens_{part}"] = segmentation(
            lambda text: [token.text for token in cut(text)], [s.adjusted(lexicon).words for s in sentences]
        )
        table[f"names_{part}"] = naming(nlp, sentences)
        table[f"names_without_ruler_{part}"] = naming(plain, sentences)
    for part in PARTS:
        path = build / f"{part}.spacy"
        if not path.is_file():
            raise InputError(path, "not there; training leaves it (python -m kg_build.language.training)")
        table[f"parse_{part}"] = parsing(plain, path)
    text = "\n".join(s.text for s in data.test)
    begun = time.perf_counter()
    count = len(nlp(text))
    table["tokens_per_second"] = round(count / (time.perf_counter() - begun))
    return table


def main(arguments: list[str] | None = None) -> int:
    """Print the table as JSON; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg_build.language.training.evaluate", description=__doc__)
    parser.add_argument("--corpora", type=Path, default=os.environ.get("ZONEKG_CORPORA"), help="as for training")
    parser.add_argument("--build", type=Path, default=Path("build/language"), help="training's build folder")
    parser.add_argument("--model", default="", help="folder of a model (default: the one that ships)")
    given = parser.parse_args(arguments)
    if given.corpora is None:
        parser.error("say where the corpora are: --corpora DIR or ZONEKG_CORPORA")
    try:
        table = evaluate(given.corpora, given.build, given.model)
    except ZonekgError as error:
        click.echo(error, err=True)
        return error.exit_code
    click.echo(json.dumps(table, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
