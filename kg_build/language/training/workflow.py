"""The steps from corpora to the model that ships. Each writes to a folder named by its inputs' checksum, so it resumes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import spacy
from spacy.language import Language

from kg_build.errors import InputError
from kg_build.language import tokenizer
from kg_build.language.encoder import ENCODER, components
from kg_build.language.segmentation import Lexicon
from kg_build.language.training import corenlp, corpora, samples, segmenter, weights
from kg_build.language.training.fit import Recipe, fit, fit_pairs
from kg_build.language.training.parses import read_parses
from kg_build.language.training.trees import Row, Tree, read_trees

HERE = Path(__file__).parent
NAME, VERSION = "zone_news", "1.2.0"
PACKAGES = ("spacy", "spacy-pkuseg", "numpy", "opencc", "torch", "onnx", "onnxruntime", weights.PACKAGE)
LICENCE = "CC BY-SA 4.0"
CONFIG, NOTICE = "config.cfg", "NOTICE.md"
DESCRIPTION = "Words, tags, dependencies and names for Chinese news about development zones."
SEED = 7
OWN_WEIGHT = 2
"""How often the segmenter is shown each of the project's own sentences for once that it sees one of the general corpora."""
OWN, GENERAL, SAMPLES = "own", "general", "{}.jsonl"
TOKENIZER = {"nlp": {"tokenizer": {"@tokenizers": "zonekg.tokenizer.v1"}}}
CODE = ("samples.py", "indicators.py", "figures.yaml", "network.py", "pairs.py", "swap.py", "fit.py", "export.py", "weights.py")
"""What the network depends on beside its data."""
PAIR_CODE = ("pairs.py", "fit.py", "export.py")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does; the defaults make the model that ships."""

    corpora: Path
    """Folder with the general corpora."""
    pages: Path
    """Folder with the annotated pages and trees."""
    out: Path
    build: Path
    segmenter_iterations: int = 12
    recipe: Recipe = field(default_factory=Recipe)
    label: Callable[[Sequence[Sequence[str]], Path], Path] = corenlp.label
    weights: Path | None = None
    """File that training begins with; None: the installed package's."""


def run(plan: Plan, say: Callable[[str], None] = print) -> None:
    """Train everything and write the model to ``plan.out``."""
    begin = plan.weights or weights.default_path()
    sources = corpora.files_of(plan.corpora)
    data = corpora.read_corpora(plan.corpora)
    corrected = sorted(plan.pages.rglob("train-*.conllu"))
    trees = [tree for path in corrected for tree in read_trees(path)]
    say("segmenter")
    words = [s.words for s in data.train] + OWN_WEIGHT * [tree.words for tree in trees]
    cuts = _step(
        plan,
        "segmenter",
        [sources["train"], sources["dev"], *corrected, HERE / "segmenter.py"],
        lambda out: segmenter.train_segmenter(
            words, [s.words for s in data.dev], out, iterations=plan.segmenter_iterations, seed=SEED
        ),
        plan.segmenter_iterations,
    )
    say("words and trees")
    files = prepare(plan, data, trees, blank(cuts))
    say("network")
    inputs = [*files.values(), begin, *(HERE / name for name in CODE)]
    trained = _step(plan, "network", inputs, lambda out: train(begin, files, plan.recipe, out, say), repr(plan.recipe))
    say("pairs")
    pairs = _step(
        plan,
        "pairs",
        [trained / ENCODER, files[OWN], *(HERE / name for name in PAIR_CODE)],
        lambda out: train_pairs(trained, files[OWN], plan.recipe, out, say),
        repr(plan.recipe),
    )
    say("model")
    assemble(trained, pairs, cuts, plan.out)
    record(plan, [*sources.values(), *files.values(), begin], plan.out)


def blank(cuts: Path) -> Language:
    """An empty pipeline with our tokenizer and the segmenter in ``cuts``."""
    nlp = spacy.blank("zh", config=TOKENIZER)
    ours: object = nlp.tokenizer
    if isinstance(ours, tokenizer.Tokenizer):
        ours.load_segmenter(cuts)
    return nlp


def prepare(plan: Plan, data: corpora.Corpora, trees: Sequence[Tree], nlp: Language) -> dict[str, Path]:
    """Write the samples with their words and trees: the annotated pages' train part, and the general corpora."""
    lexicon = Lexicon.load()
    general = [sentence.adjusted(lexicon) for sentence in (*data.train, *data.news)]

    def label(sentences: Sequence[Sequence[str]]) -> Sequence[Sequence[Row]]:
        return read_parses(plan.label(sentences, plan.build))

    made = {
        OWN: samples.with_words(samples.page_samples(plan.pages, "train"), nlp, label, trees),
        GENERAL: samples.general_samples(general, label),
    }
    files = {name: plan.build / SAMPLES.format(name) for name in made}
    for name, found in made.items():
        samples.write_samples(found, files[name])
    return files


def train(begin: Path, files: dict[str, Path], recipe: Recipe, out: Path, say: Callable[[str], None]) -> None:
    """Train encoder and parser and write their files to ``out``."""
    from kg_build.language.training.export import export

    own, general = (samples.read_samples(files[name]) for name in (OWN, GENERAL))
    export(fit(weights.read_weights(begin), own, general, recipe, say), out)


def train_pairs(network: Path, own: Path, recipe: Recipe, out: Path, say: Callable[[str], None]) -> None:
    """Train the scorer of pairs on whole articles as the encoder in ``network`` reads them, and write its files to ``out``."""
    from kg_build.language.training.export import export_pairs

    encoder = components.EncoderComponent().from_disk(network)
    export_pairs(*fit_pairs(samples.read_samples(own), encoder.encode, recipe, say), out)


def assemble(trained: Path, pairs: Path | None, cuts: Path, out: Path) -> None:
    """Put the trained parts into a pipeline without any path of this machine, and write it in place of the one in ``out``.

    Raises:
        InputError: ``out`` holds something else than a pipeline.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / CONFIG).is_file():
        raise InputError(out, "neither empty nor a pipeline's folder; all in it would be deleted")
    nlp = blank(cuts)
    components.add(nlp, trained, pairs)
    nlp.meta.update({"name": NAME, "version": VERSION, "license": LICENCE, "description": DESCRIPTION})
    for path in out.glob("*") if out.is_dir() else ():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    nlp.to_disk(out)
    shutil.copyfile(HERE / NOTICE, out / NOTICE)


def record(plan: Plan, sources: Iterable[Path], out: Path) -> None:
    """Write ``TRAINING.json``: inputs, seeds, versions, outputs, each file with its checksum."""
    table = {
        "command": "python -m kg_build.language.training --corpora DIR --pages seeds/corpus --out kg_build/language/model",
        "recipe": asdict(plan.recipe),
        "segmenter_iterations": plan.segmenter_iterations,
        "labels": "edu.stanford.nlp:stanford-corenlp:4.5.10 (models-chinese: chinese-distsim.tagger, UD_Chinese)",
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "inputs": {path.name: _checksum(path) for path in sources},
        "code": {name: _checksum(HERE / name) for name in CODE},
        "outputs": {str(p.relative_to(out)): _checksum(p) for p in sorted(out.rglob("*")) if p.is_file()},
    }
    (out / "TRAINING.json").write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _step(plan: Plan, name: str, inputs: Sequence[Path], work: Callable[[Path], None], *settings: object) -> Path:
    """Run a step unless its result is there; the result's folder is renamed last, so half a result is never taken."""
    key = hashlib.sha256(repr([*map(_checksum, inputs), *settings]).encode()).hexdigest()[:16]
    done = plan.build / f"{name}-{key}"
    if not done.is_dir():
        half = done.with_suffix(".part")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        work(half)
        half.rename(done)
    return done


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
