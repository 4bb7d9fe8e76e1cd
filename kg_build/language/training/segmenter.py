"""Training of the pkuseg segmenter, and a smaller form of its model."""

from __future__ import annotations

import contextlib
import io
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import spacy_pkuseg
import srsly  # type: ignore[import-untyped]

from kg_build.language.segmentation import widen

FEATURES, WEIGHTS = "features.msgpack", "weights.npz"
LEAST_WEIGHT = 0.06
"""Features whose weights all lie below this are left out of the model that ships: half its size, a thousandth of its F."""


@dataclass(frozen=True, slots=True)
class SegmenterRecipe:
    """How the segmenter is trained; its values for the model that ships stand in ``recipe.cfg``."""

    iterations: int
    own_weight: int
    """How often it is shown each of the project's own sentences for once that it sees one of the general corpora."""
    seed: int


def train_segmenter(
    train: Sequence[Sequence[str]], dev: Sequence[Sequence[str]], out: Path, *, iterations: int = 20, seed: int = 0
) -> None:
    """Train a pkuseg model on sentences of words and write it, pruned, to ``out``; about four minutes for 4,000 sentences."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - pkuseg draws from the legacy generator
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, sentences in (("train", train), ("dev", dev)):
            path = Path(folder) / f"{name}.txt"
            path.write_text("".join(" ".join(map(widen, words)) + "\n" for words in sentences), encoding="utf-8")
            paths.append(str(path))
        with contextlib.redirect_stdout(io.StringIO()):
            spacy_pkuseg.train(*paths, str(Path(folder) / "model"), train_iter=iterations)
        prune(Path(folder) / "model", out)


def prune(source: Path, out: Path, least: float = LEAST_WEIGHT) -> None:
    """Write a pkuseg model without its weak features, its weights in half precision, to ``out``."""
    data = srsly.read_msgpack(source / FEATURES)
    with np.load(source / WEIGHTS, allow_pickle=False) as arrays:
        tags, features = (int(n) for n in arrays["sizes"])
        weights = arrays["w"]
    nodes = weights[: tags * features].reshape(features, tags)
    strong = np.abs(nodes).max(axis=1) >= least
    # pkuseg takes it for granted that feature 0 is the bias.
    strong[0] = True
    kept = [(name, index) for name, index in data["feature_to_idx"].items() if strong[index]]
    kept.sort(key=lambda item: item[1])
    small = {
        "unigram": data["unigram"],
        "bigram": [],
        "feature_to_idx": {name: number for number, (name, _) in enumerate(kept)},
        "tag_to_idx": data["tag_to_idx"],
    }
    flat = np.concatenate([nodes[[index for _, index in kept]].ravel(), weights[tags * features :]])
    out.mkdir(parents=True, exist_ok=True)
    srsly.write_msgpack(out / FEATURES, small)
    np.savez_compressed(out / WEIGHTS, sizes=np.array([tags, len(kept)]), w=flat.astype(np.float16))
