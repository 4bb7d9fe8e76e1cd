import random
from pathlib import Path

import pytest

from kg_build.language.encoder.characters import UNKNOWN
from kg_build.language.training.samples import Sample, Word
from kg_build.language.training.weights import read_weights
from tests.language.training.small import write_weights

pytest.importorskip("torch", reason="the training extra is not installed")

import torch

from kg_build.language.training import masked
from kg_build.language.training.batches import numbers_of
from kg_build.language.training.network import EncoderNet, Shape, characters_of

TEXT = "赛川集团投资项目王凡来到云岭市。"
WORDS = ["赛川", "集团", "投资", "项目", "王凡", "来到", "云岭市", "。"]


def sample(text: str = TEXT, words: list[str] | None = None) -> Sample:
    found: list[Word] = []
    for word in WORDS if words is None else words:
        start = found[-1].end if found else 0
        found.append(Word(start, start + len(word), "NN", 0, "dep"))
    return Sample("page", text, None, tuple(found))


def net(folder: Path) -> tuple[EncoderNet, masked.Characters]:
    weights = read_weights(write_weights(folder / "weights.bin"))
    characters, rows = characters_of(weights)
    torch.manual_seed(1)
    return EncoderNet(weights, rows, 3, Shape(layers=2, span=4)), characters


def test_words_are_hidden_whole(tmp_path: Path) -> None:
    _, characters = net(tmp_path)
    numbers = numbers_of([sample()], characters)
    ranges = {(word.start + 1, word.end + 1) for word in sample().words}
    draw = random.Random(3)
    for _ in range(50):
        places = (masked.hidden([sample()], numbers, draw) != masked.NOTHING)[0].nonzero().flatten().tolist()
        assert (places[0], places[-1] + 1) in ranges
        assert places == list(range(places[0], places[-1] + 1))


def test_a_window_without_words_hides_characters_and_one_unknown_is_not_guessed(tmp_path: Path) -> None:
    _, characters = net(tmp_path)
    batch = [sample(words=[]), sample("龘", words=[])]
    wanted = masked.hidden(batch, numbers_of(batch, characters), random.Random(3))
    assert (wanted[0] != masked.NOTHING).sum() == round(masked.HIDDEN * len(TEXT))
    assert (wanted[1] == masked.NOTHING).all()


def test_only_what_is_guessed_is_covered(tmp_path: Path) -> None:
    _, characters = net(tmp_path)
    batch = [sample()] * 200
    numbers = numbers_of(batch, characters)
    draw = random.Random(3)
    wanted = masked.hidden(batch, numbers, draw)
    read = masked.covered(numbers, wanted, len(characters), draw)
    guessed = wanted != masked.NOTHING
    assert torch.equal(read[~guessed], numbers[~guessed])
    assert 0.7 < (read[guessed] == UNKNOWN).float().mean() < 0.9
    assert 0.05 < (read[guessed] == numbers[guessed]).float().mean() < 0.2


def test_guessing_gets_better_and_leaves_the_span_scorer_alone(tmp_path: Path) -> None:
    encoder, characters = net(tmp_path)
    sides, table = encoder.sides.weight.clone(), encoder.embed.weight.clone()
    said: list[str] = []
    masked.pretrain(encoder, characters, [sample()] * 40, epochs=4, rate=5e-3, batch=8, sizes=(120,), seed=1, say=said.append)
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in said]
    assert len(losses) == 4
    assert losses[-1] < 0.7 * losses[0]
    assert torch.equal(encoder.sides.weight, sides)
    assert not torch.equal(encoder.embed.weight, table)
