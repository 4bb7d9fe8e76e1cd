"""The steps from corpora to the model that ships, each a function of files. ``project.yml`` puts them in order.

A step's parameters are the options of its command, and all of them paths. What it makes has its name only when it is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from kg_build.errors import InputError
from kg_build.language.training.trees import Row, Tree, read_trees


def weights(*, out: Path) -> None:
    """Copy the weights that training begins with out of the installed package, so that they are an input like all others."""
    from kg_build.language.training.assembly import whole
    from kg_build.language.training.weights import default_path

    with whole(out) as half:
        shutil.copyfile(default_path(), half)


def segmenter(*, config: Path, corpora: Path, pages: Path, out: Path) -> None:
    """Learn to cut words, from general text and the trees put right by hand."""
    from kg_build.language.training.assembly import whole
    from kg_build.language.training.config import read_config
    from kg_build.language.training.corpora import read_corpora
    from kg_build.language.training.segmenter import train_segmenter

    recipe = read_config(config).segmenter
    data = read_corpora(corpora)
    words = [s.words for s in data.train] + recipe.own_weight * [tree.words for tree in _corrected(pages)]
    with whole(out) as half:
        train_segmenter(words, [s.words for s in data.dev], half, iterations=recipe.iterations, seed=recipe.seed)


def words(*, corpora: Path, pages: Path, segmenter: Path, labels: Path, own: Path, general: Path) -> None:
    """Cut the annotated pages and the general text into words, with tags and trees of CoreNLP's, or those put right by hand."""
    from kg_build.language.segmentation import Lexicon
    from kg_build.language.training import corenlp, samples
    from kg_build.language.training.assembly import blank, whole
    from kg_build.language.training.corpora import read_corpora
    from kg_build.language.training.parses import read_parses

    def label(sentences: Sequence[Sequence[str]]) -> Sequence[Sequence[Row]]:
        return read_parses(corenlp.label(sentences, labels))

    trees = _corrected(pages)
    data = read_corpora(corpora)
    lexicon = Lexicon.load()
    found = samples.with_words(samples.page_samples(pages, "train"), blank(segmenter), label, trees)
    with whole(own) as half:
        samples.write_samples(found, half)
    sentences = [sentence.adjusted(lexicon) for sentence in (*data.train, *data.news)]
    with whole(general) as half:
        samples.write_samples(samples.general_samples(sentences, label), half)


def network(*, config: Path, begin: Path, own: Path, general: Path, out: Path) -> None:
    """Train the encoder and the parser."""
    from kg_build.language.training.assembly import whole
    from kg_build.language.training.config import read_config
    from kg_build.language.training.export import export
    from kg_build.language.training.fit import fit
    from kg_build.language.training.samples import read_samples
    from kg_build.language.training.weights import read_weights

    recipe = read_config(config).recipe
    trained = fit(read_weights(begin), read_samples(own), read_samples(general), recipe, click.echo)
    with whole(out) as half:
        export(trained, half)


def pairs(*, config: Path, own: Path, network: Path, out: Path) -> None:
    """Train the scorer of pairs on whole articles, as the encoder that ships reads them."""
    from kg_build.language.encoder.components import EncoderComponent
    from kg_build.language.training.assembly import whole
    from kg_build.language.training.config import read_config
    from kg_build.language.training.export import export_pairs
    from kg_build.language.training.fit import fit_pairs
    from kg_build.language.training.samples import read_samples

    recipe = read_config(config).recipe
    encoder = EncoderComponent().from_disk(network)
    trained = fit_pairs(read_samples(own), encoder.encode, recipe, click.echo)
    with whole(out) as half:
        export_pairs(*trained, half)


def assemble(
    *,
    config: Path,
    corpora: Path,
    begin: Path,
    own: Path,
    general: Path,
    segmenter: Path,
    network: Path,
    pairs: Path,
    out: Path,
) -> None:
    """Put the parts together in place of the pipeline in the folder, with a record of what they were made from."""
    from kg_build.language.training import assembly
    from kg_build.language.training.config import read_config
    from kg_build.language.training.corpora import files_of

    training = read_config(config)
    assembly.check_replaceable(out)
    with assembly.whole(out) as half:
        assembly.assemble(network, pairs, segmenter, half)
        assembly.record(training, [*files_of(corpora).values(), own, general, begin, config], half)


STEPS: tuple[Callable[..., None], ...] = (weights, segmenter, words, network, pairs, assemble)


def _corrected(pages: Path) -> list[Tree]:
    """The trees put right by hand that may be learnt from.

    Raises:
        InputError: There is no such folder, or a tree is wrong.
    """
    if not pages.is_dir():
        raise InputError(pages, "no such folder of annotated pages")
    return [tree for path in sorted(pages.rglob("train-*.conllu")) for tree in read_trees(path)]
