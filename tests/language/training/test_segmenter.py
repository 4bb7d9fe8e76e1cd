from pathlib import Path

import numpy as np
import spacy_pkuseg

from kg_build.language.training.segmenter import FEATURES, WEIGHTS, prune, train_segmenter

SENTENCES = [["园区", "建成", "。"], ["项目", "开工", "了", "。"], ["企业", "投资", "项目"]] * 30


def test_a_trained_segmenter_finds_the_words_it_was_shown(tmp_path: Path) -> None:
    train_segmenter(SENTENCES, SENTENCES[:3], tmp_path, iterations=20)
    assert sorted(path.name for path in tmp_path.iterdir()) == [FEATURES, WEIGHTS]
    segmenter = spacy_pkuseg.pkuseg(str(tmp_path), user_dict=None)
    segmenter.model.w = segmenter.model.w.astype(np.float64)
    assert [segmenter.cut("".join(words)) for words in SENTENCES] == SENTENCES


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        train_segmenter(SENTENCES, SENTENCES[:3], tmp_path / name, iterations=2, seed=3)
    for name in (FEATURES, WEIGHTS):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_pruning_leaves_out_weak_features_but_the_bias(tmp_path: Path) -> None:
    train_segmenter(SENTENCES, SENTENCES[:3], tmp_path / "full", iterations=2)
    prune(tmp_path / "full", tmp_path / "small", least=1e4)
    with np.load(tmp_path / "small" / WEIGHTS, allow_pickle=False) as arrays:
        assert arrays["sizes"].tolist() == [5, 1]
        assert arrays["w"].dtype == np.float16
