from collections.abc import Callable
from pathlib import Path

import pytest

from kg_build.errors import InputError

pytest.importorskip("torch", reason="the training extra is not installed")

from kg_build.language.training.config import DEFAULT, read_config
from kg_build.language.training.fit import Recipe

Change = Callable[[str, str], Path]


@pytest.fixture(name="changed")
def changed_fixture(tmp_path: Path) -> Change:
    """Gives the shipped recipe with one text exchanged for another."""

    def write(old: str, new: str) -> Path:
        text = DEFAULT.read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "recipe.cfg"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def test_the_defaults_in_code_are_the_recipe_that_ships() -> None:
    assert read_config(DEFAULT).recipe == Recipe()


def test_a_value_goes_to_the_field_of_its_section(changed: Change) -> None:
    recipe = read_config(changed("[pairs]\nepochs = 16", "[pairs]\nepochs = 3")).recipe
    assert (recipe.pair_epochs, recipe.epochs) == (3, Recipe().epochs)
    assert read_config(changed("[pairs.shape]\nwidth = 160", "[pairs.shape]\nwidth = 8")).recipe.pairs.width == 8
    assert read_config(changed("layers = 8", "layers = 2")).recipe.shape.layers == 2
    assert read_config(changed("iterations = 12", "iterations = 1")).segmenter.iterations == 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("batch = 12", "bacht = 12", r"\[network\] has no batch \(its keys: .*\bepochs\b"),
        ("batch = 12", "batch = 8\nbacht = 12", r"\[network\] knows no bacht \(its keys: "),
        ("warm = 0.1\n", "", r"\[network\] has no warm"),
        ("layers = 2", "layer = 2", r"\[pairs\.shape\] has no layers"),
        ("[pairs.shape]", "[other]", r"the file knows no other"),
        ("epochs = 6", 'epochs = "often"', r"network\.epochs = 'often': "),
        ("epochs = 16", "epochs = 2.5", r"pairs\.epochs = 2\.5: "),
        ("sizes = [120, 80", 'sizes = ["long", 80', r"network\.sizes\.0 = 'long': "),
        ("span = 64", "span = null", r"network\.shape\.span = None: "),
        ("seed = 7", "seed = [7]", r"segmenter\.seed = \[7\]: "),
        ("[network.shape]", "shape = 3\n[ignored]", r"the file knows no ignored"),
        ("[segmenter]", "segmenter", r"recipe\.cfg: "),
    ],
)
def test_what_is_wrong_is_said_in_one_line(changed: Change, old: str, new: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        read_config(changed(old, new))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.cfg: "):
        read_config(tmp_path / "none.cfg")
