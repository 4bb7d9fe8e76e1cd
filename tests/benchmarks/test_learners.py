import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the training extra is not installed")

import torch

from kg_build.language.training.fit import Learner, Recipe, Trained, fit
from kg_build.language.training.network import Shape, characters_of, subwords_of
from kg_build.language.training.pairs import PairShape
from kg_build.language.training.samples import Sample, Word
from kg_build.language.training.weights import Weights, read_weights
from tests.language.training.small import write_weights

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import ablations
import learners

RECIPE = Recipe(
    shape=Shape(layers=2, span=4, arc=4, relation=4, dropout=0.0),
    pairs=PairShape(width=8, layers=1, heads=2, pair=4, product=4),
    epochs=2,
    batch=4,
    pair_weight=0.0,
    general=0.5,
)
TEXT = "赛川集团投资项目王凡来到云岭市。"
NAMES = ((0, 4, "Enterprise"), (8, 10, "Person"), (12, 15, "Place"))
WORDS = (Word(0, 4, "NR", 1, "nsubj"), Word(4, 6, "VV", 1, "root"))
OWN = Sample("page", TEXT, NAMES, WORDS, ("a", "b", "c"), (("a", "in", "b"),))
GENERAL = Sample("general", "总统说话。", None, (Word(0, 2, "NN", 1, "nsubj"), Word(2, 4, "VV", 1, "root")))


@pytest.fixture(name="begin")
def begin_fixture(tmp_path: Path) -> Weights:
    return read_weights(write_weights(tmp_path / "weights.bin"))


def quiet(_: str) -> None:
    pass


def trained(begin: Weights, kind: type[Learner] | None = None, seed: int = 7) -> tuple[Trained, list[Learner]]:
    """A short run, with what learnt in it."""
    given = learners.Given(begin, [OWN] * 8, [GENERAL] * 4)
    made: list[Learner] = []

    def learner(new: Trained, recipe: Recipe) -> Learner:
        made.append((kind or learners.plain)(new, recipe, given))
        return made[-1]

    return fit(begin, given.own, given.general, replace(RECIPE, seed=seed), quiet, learner=learner), made


def weights_of(run: Trained) -> list[torch.Tensor]:
    return [p.detach().clone() for p in run.encoder.parameters()]


def same(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_the_adversarial_learner_puts_the_vectors_back_and_adds_a_second_gradient(begin: Weights) -> None:
    run, (plain,) = trained(begin)
    run.encoder.train()
    table = run.encoder.embed.weight
    run.encoder.zero_grad()
    plain.backward([OWN])
    once, before = table.grad.clone(), table.detach().clone()
    run.encoder.zero_grad()
    learners.Adversarial(run, RECIPE, None).backward([OWN])
    assert torch.allclose(table, before, atol=1e-6)
    assert not torch.allclose(table.grad, once)
    assert not torch.allclose(table.grad, 2 * once)


def test_the_averaged_learner_ends_between_the_weights_of_its_steps(begin: Weights) -> None:
    last, _ = trained(begin)
    mean, (learner,) = trained(begin, learners.Averaged)
    assert learner.steps == 2 * 3
    assert same(weights_of(mean), learner.mean[: len(weights_of(mean))])
    assert not same(weights_of(mean), weights_of(last))


def test_two_equal_readings_agree(begin: Weights) -> None:
    run, (plain,) = trained(begin)
    run.encoder.train()
    agreeing = learners.Agreeing(run, RECIPE, None)
    run.parser.eval()  # its dropout differs from one reading to the next
    assert agreeing.loss([OWN]).item() == pytest.approx(plain.loss([OWN]).item(), rel=1e-3)
    run.encoder.drop.share = 0.5
    agreeing.loss([OWN])
    one, other = agreeing.scores.chunk(2)
    assert not torch.allclose(one, other)


def test_layers_learn_the_slower_the_lower_and_each_once(begin: Weights) -> None:
    run, (plain,) = trained(begin)
    groups = learners.Layered(run, RECIPE, None).groups()
    rates = [group["lr"] for group in groups]
    assert rates[:3] == sorted(rates[:3], reverse=True)
    assert (rates[0], rates[-1]) == (RECIPE.encoder_rate, RECIPE.head_rate)
    of_plain = {id(p) for group in plain.groups() for p in group["params"]}
    of_layered = [id(p) for group in groups for p in group["params"]]
    assert len(of_layered) == len(set(of_layered))
    assert set(of_layered) == of_plain


def test_a_pupil_of_itself_has_nothing_to_learn(begin: Weights) -> None:
    run, _ = trained(begin)
    pupil = learners.Taught.__new__(learners.Taught)
    Learner.__init__(pupil, run, RECIPE)
    run.encoder.eval()
    pupil.teachers = [run.encoder, run.encoder]
    pupil.loss([OWN])
    pupil.taught.backward()
    # A cross-entropy with one's own chances is as low as it can be: no gradient but that of rounding.
    of_itself = run.encoder.sides.weight.grad.abs().mean()
    other, _ = trained(begin, seed=8)
    pupil.teachers = [other.encoder.eval()] * 2
    run.encoder.zero_grad()
    pupil.loss([OWN])
    pupil.taught.backward()
    assert run.encoder.sides.weight.grad.abs().mean() > 10 * of_itself


@pytest.mark.parametrize("kind", [learners.Agreeing, learners.Layered, learners.Taught])
def test_a_run_differs_from_the_plain_one(begin: Weights, kind: type[Learner]) -> None:
    plain, _ = trained(begin)
    other, _ = trained(begin, kind)
    assert not same(weights_of(plain), weights_of(other))


def test_weights_without_words_have_the_same_characters(begin: Weights) -> None:
    without = ablations.single(begin)
    assert list(subwords_of(begin)[0].known) == ["集团"]
    assert len(subwords_of(without)[0]) == 0
    assert characters_of(without)[1] == characters_of(begin)[1]
    run = fit(without, [OWN] * 8, [GENERAL] * 4, RECIPE, quiet)
    assert not any(run.subwords.numbers(TEXT))
