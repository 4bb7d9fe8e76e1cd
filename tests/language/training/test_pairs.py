"""What the scorer of pairs learns from, and how."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="the training extra is not installed")

import torch

from kg_build.language.encoder.encode import Encoded
from kg_build.language.training.fit import Recipe, fit_pairs
from kg_build.language.training.pairs import Facts, PairNet, PairShape, inputs, pair_loss
from kg_build.language.training.samples import Sample

WIDTH = 6
THINGS = 3
SHAPE = PairShape(width=8, layers=1, heads=2, pair=4, product=4, dropout=0.0)
TEXT = "云岭高新区：海川公司落户，海川工厂投产。"
MARKS = ((0, 5, "Zone"), (6, 10, "Enterprise"), (13, 15, "Enterprise"), (13, 17, "Project"))
SAMPLE = Sample(
    "a",
    TEXT,
    MARKS,
    ids=("z", "e", "e", "p"),
    facts=(("e", "locatedIn", "z"), ("p", "undertakenBy", "e"), ("p", "completed", "p")),
)
SAMPLES = [replace(SAMPLE, source=name) for name in "abcde"]


def read(text: str, size: int = 0) -> Encoded:
    del size
    return Encoded(text, np.random.default_rng(1).normal(size=(len(text), WIDTH)).astype(np.float32), ())


def test_gold_is_of_things_and_two_names_of_one_teach_nothing() -> None:
    facts = Facts.of(SAMPLES)
    told = facts.told(SAMPLE)
    assert told is not None
    gold = {(int(pair) // THINGS, facts.properties[int(p)], int(pair) % THINGS) for pair, p in told.gold.nonzero()}
    assert gold == {(1, "locatedIn", 0), (2, "undertakenBy", 1), (2, "completed", 2)}
    may = {(int(told.pairs[row]), facts.properties[int(p)]) for row, p in told.possible.nonzero()}
    assert may == {(THINGS, "locatedIn"), (2 * THINGS + 1, "undertakenBy"), (2 * THINGS + 2, "completed")}


def test_the_loss_falls_for_what_is_said_and_looks_at_the_likeliest_mention() -> None:
    torch.manual_seed(1)
    facts = Facts.of(SAMPLES)
    told = facts.told(SAMPLE)
    assert told is not None
    net = PairNet(WIDTH, len(facts.properties), SHAPE)
    scores = net(*inputs(torch.from_numpy(read(TEXT).vectors), told)).detach()
    assert scores.shape == (len(told.features.rows), len(facts.properties))
    place = facts.properties.index("locatedIn")
    rows = (told.pairs == THINGS).nonzero().flatten().tolist()
    assert len(rows) == 2
    one, both, no_matter = scores.clone(), scores.clone(), scores.clone()
    one[rows[0], place] = both[rows, place] = 5.0
    no_matter[~told.possible] = 9.0
    assert pair_loss(one, told) < pair_loss(scores, told)
    assert pair_loss(one, told) == pair_loss(both, told)
    assert pair_loss(no_matter, told) == pair_loss(scores, told)


def test_articles_take_the_sizes_of_windows_in_turn() -> None:
    sizes: list[int] = []

    def reading(text: str, size: int) -> Encoded:
        sizes.append(size)
        return read(text)

    recipe = Recipe(pairs=SHAPE, pair_epochs=12, pair_sizes=(120, 80), unseen=0.0)
    lines: list[str] = []
    net, facts = fit_pairs(SAMPLES, reading, recipe, lines.append)
    assert sizes == [120, 80, 120, 80, 120]
    assert set(facts.properties) == {"completed", "locatedIn", "undertakenBy"}
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in lines]
    assert len(losses) == 12
    assert losses[-1] < losses[0]
    assert not net.training
