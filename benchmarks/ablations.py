"""What each part of the language model's recipe brings: one thing changed at a time, in short runs on some of the pages.

``python benchmarks/ablations.py --build build/language --pages seeds/corpus`` after ``make model``, whose samples and segmenter
it takes (needs the training extra). Every variant is trained anew with the same seed and few epochs, exported to the eight-bit
files that would ship, and measured: names of the develop pages (micro F of the encoder alone), trees put right by hand.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from learners import Adversarial, Agreeing, Averaged, Given, Layered, Taught, plain

from kg_build.evaluation.language.names import ALL, count
from kg_build.evaluation.language.pages import Page, read_pages, seen, words_of
from kg_build.evaluation.language.trees import hand_made, parse_words, shares
from kg_build.language import encode, load_pipeline
from kg_build.language.training import samples, weights
from kg_build.language.training.assembly import assemble, whole
from kg_build.language.training.config import DEFAULT, read_config
from kg_build.language.training.export import export
from kg_build.language.training.fit import Learner, Recipe, Trained, fit
from kg_build.language.training.network import subwords_of
from kg_build.model import EntityType

SHIPPED = read_config(DEFAULT).recipe
SHORT = replace(SHIPPED, shape=replace(SHIPPED.shape, layers=4), epochs=2, general=0.1, pair_weight=0.0)
"""Half the layers and fewer epochs than what ships, so that a variant takes minutes."""
EVERY = 4
"""Of the annotated pages every such one is taken, for the same reason."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One change."""

    words: str
    recipe: Recipe = SHORT
    begin: Callable[[weights.Weights], weights.Weights] = lambda given: given
    own: Callable[[list[samples.Sample]], list[samples.Sample]] = lambda given: given[::EVERY]
    learner: Callable[[Trained, Recipe, Given], Learner] = plain


def unlearnt(given: weights.Weights) -> weights.Weights:
    """Weights of the same shapes and spreads that know nothing."""
    draw = np.random.default_rng(SHORT.seed)
    arrays = {
        name: array if array.ndim == 1 else draw.normal(0, array.std(), array.shape).astype(np.float32)
        for name, array in given.arrays.items()
    }
    return replace(given, arrays=arrays)


def single(given: weights.Weights) -> weights.Weights:
    """The weights without the vocabulary's words of several characters."""
    known = {given.pieces[row] for row in subwords_of(given)[1]}
    return replace(given, pieces=tuple("" if piece in known else piece for piece in given.pieces))


def flat(given: list[samples.Sample]) -> list[samples.Sample]:
    """Samples without the names that lie inside others, as a tagger of characters or words would need them."""

    def outer(marks: Sequence[samples.Mark]) -> tuple[samples.Mark, ...]:
        return tuple(m for m in marks if not any(o != m and o[0] <= m[0] and m[1] <= o[1] and o[:2] != m[:2] for o in marks))

    return [sample if sample.names is None else replace(sample, names=outer(sample.names), ids=()) for sample in given[::EVERY]]


VARIANTS = {
    "short": Variant("the short recipe that the others change"),
    "no-swap": Variant("no names exchanged", replace(SHORT, swapped=0.0)),
    "random": Variant("encoder begins with random weights", begin=unlearnt),
    "no-words": Variant("characters by themselves, without their words", begin=single),
    "names-only": Variant("no trees: an encoder for names alone", replace(SHORT, tree_weight=0.0)),
    "trees-only": Variant("no names: an encoder for the parser alone", replace(SHORT, name_weight=0.0)),
    "no-general": Variant("no general text", replace(SHORT, general=0.0)),
    "flat": Variant("no name inside another", own=flat),
    "relations": Variant("relations between names learnt with them", replace(SHORT, pair_weight=1.0)),
    "twice-the-pages": Variant("twice as many annotated pages", own=lambda given: given[:: EVERY // 2]),
    "two-layers": Variant("two layers", replace(SHORT, shape=replace(SHORT.shape, layers=2))),
    "eight-layers": Variant("eight layers", replace(SHORT, shape=replace(SHORT.shape, layers=8))),
    "four-epochs": Variant("twice as many epochs", replace(SHORT, epochs=4)),
    "adversarial": Variant("each batch once more with its characters' vectors made worse (FGM)", learner=Adversarial),
    "averaged": Variant("moving mean of the weights", learner=Averaged),
    "agreeing": Variant("each batch read twice, differences paid for (R-Drop)", learner=Agreeing),
    "layered": Variant("lower layers learn more slowly", learner=Layered),
    "taught": Variant("mean of two teachers' scores learnt beside the marks", learner=Taught),
}


def measure(model: Path, pages: Sequence[Page], folder: Path) -> dict[str, float]:
    """Micro P, R and F of names, F if only names of whole words of the segmenter's are taken; tags, UAS and LAS."""
    nlp = load_pipeline(str(model))
    pairs, whole = [], []
    for page in pages:
        encoded = encode(nlp, page.article)
        said = frozenset() if encoded is None else seen(encoded[1])
        edges = {edge for a, b in words_of(nlp.make_doc(page.article.text)) for edge in (a, b)}
        pairs.append((page.names, said))
        whole.append((page.names, {name for name in said if {name[0], name[1]} <= edges}))
    score, by_words = count(pairs, EntityType)[ALL], count(whole, EntityType)[ALL]
    trees = hand_made(folder, "look-only")
    _, tags, uas, las = shares(trees, parse_words(nlp, [tree.words for tree in trees]))
    names = {"P": score.precision, "R": score.recall, "F": score.f, "F of whole words": by_words.f}
    return {**names, "tags": tags, "UAS": uas, "LAS": las}


def run(variant: Variant, recipe: Recipe, build: Path, pages: Sequence[Page], folder: Path, out: Path) -> dict[str, float]:
    """Train a variant into the folder ``out``, and measure it on the pages and the trees in ``folder``."""
    raw, general = (samples.read_samples(build / name) for name in ("own.jsonl", "general.jsonl"))
    own, begin = variant.own(raw), variant.begin(weights.read_weights(weights.default_path()))
    given = Given(begin, own, general)

    def learner(trained: Trained, recipe: Recipe) -> Learner:
        return variant.learner(trained, recipe, given)

    trained = fit(begin, own, general, recipe, lambda line: print(line, file=sys.stderr), learner=learner)
    export(trained, out / "network")
    with whole(out / "model") as model:
        assemble(out / "network", None, build / "segmenter", model)
    return measure(out / "model", pages, folder)


def main(arguments: list[str] | None = None) -> int:
    """Train and measure the variants, one JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=Path("build/language"))
    parser.add_argument("--pages", type=Path, default=Path("seeds/corpus"))
    parser.add_argument("--only", default=",".join(VARIANTS), help="variants, with commas (default: all)")
    parser.add_argument("--seed", type=int, default=SHORT.seed)
    given = parser.parse_args(arguments)
    pages = read_pages(given.pages, "develop")
    for name in given.only.split(","):
        variant = VARIANTS[name]
        begun = time.monotonic()
        recipe = replace(variant.recipe, seed=given.seed)
        out = given.build / "ablations" / f"{name}-{given.seed}"
        found = run(variant, recipe, given.build, pages, given.pages, out)
        row = {"variant": name, "words": variant.words, "seed": given.seed, "seconds": round(time.monotonic() - begun)}
        print(json.dumps({**row, **found}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
