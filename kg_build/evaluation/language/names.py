"""Names: ranges with their types against the marked ones, by type and in the classes that other readers have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

from kg_build.evaluation.language.pages import Mark, Range, Read
from kg_build.evaluation.language.peers import Peer
from kg_build.evaluation.language.table import Cell, Table
from kg_build.evaluation.scores import Score
from kg_build.model import EntityType
from kg_build.yamlfiles import load_yaml

CLASSES = Path(__file__).with_name("classes.yaml")
ALL = "all"
ANY = "any, range alone"
TYPE_NOTES = (
    "range and type the same; general words (该区) are no names: a reader that takes one for a name is wrong",
    "encoder: what the network sees; mentions: after rules and repair, as a build takes them; rules: no network, no words",
)
CLASS_NOTES = (
    "range and class the same; organisation: Enterprise, Institution, Zone, Park; person: Person, Official; place: Place",
    "of names of these classes that lie in one another the outermost counts, since other readers know no nested ones",
    "general words are left out on both sides",
)

Sayer = Callable[[Read], Iterable[Mark]]


@cache
def classes() -> Mapping[str, Mapping[str, str]]:
    """For each reader its labels' classes: ``classes.yaml``."""
    table: Mapping[str, Mapping[str, str]] = load_yaml(CLASSES.read_text(encoding="utf-8"))
    return table


def by_type(reads: Sequence[Read], *, rules: bool) -> Table:
    """P, R and F of every type for the encoder alone, for all of the extraction's steps, and for the rules alone."""
    notes = list(TYPE_NOTES)
    sayers: dict[str, Sayer] = {}
    if all(read.encoder is not None for read in reads):
        sayers["encoder"] = lambda read: read.encoder or ()
    else:
        notes.append("encoder left out: the pipeline has none")
    sayers["mentions"] = lambda read: read.mentions
    if rules:
        sayers["rules"] = lambda read: read.rules
    scores = {name: count(((read.page.names, say(read)) for read in reads), EntityType) for name, say in sayers.items()}
    return _table("Names by type", [ALL, *EntityType], scores, notes)


def by_class(reads: Sequence[Read], peers: Sequence[Peer], *, rules: bool) -> Table:
    """The same in the classes of `classes`, beside other readers."""
    own = classes()["ours"]
    says: dict[str, list[set[Mark]]] = {"ours": [classed(read.mentions, own) for read in reads]}
    if rules:
        says["rules"] = [classed(read.rules, own) for read in reads]
    for peer in peers:
        found = peer.read([read.page.article.text for read in reads])
        says[peer.name] = [classed(reading.names, classes()[peer.name]) for reading in found]
    kinds = list(dict.fromkeys(own.values()))
    gold = [outermost(classed(read.page.names, own)) for read in reads]
    general = [read.page.general for read in reads]
    scores = {}
    for name, texts in says.items():
        said = [outermost(m for m in marks if m[:2] not in left) for marks, left in zip(texts, general, strict=True)]
        scores[name] = count(zip(gold, said, strict=True), kinds)
        bare = [({m[:2] for m in one}, {m[:2] for m in other}) for one, other in zip(gold, said, strict=True)]
        scores[name][ANY] = sum((_score(one, other) for one, other in bare), Score())
    return _table("Names in classes that other readers have", [ALL, *kinds, ANY], scores, CLASS_NOTES)


def classed(marks: Iterable[Mark], table: Mapping[str, str]) -> set[Mark]:
    """The marks with their class for a label; those without one left out."""
    return {(start, end, table[label]) for start, end, label in marks if label in table}


def outermost(marks: Iterable[Mark]) -> set[Mark]:
    """The marks that lie inside no longer one."""
    kept: set[Mark] = set()
    widest: Range = (0, 0)
    for start, end, label in sorted(marks, key=lambda m: (m[0], -m[1], m[2])):
        if end > widest[1] or (start, end) == widest:
            kept.add((start, end, label))
            widest = (start, end)
    return kept


def count(pairs: Iterable[tuple[Iterable[Mark], Iterable[Mark]]], kinds: Iterable[str]) -> dict[str, Score]:
    """Scores by kind and for `ALL`, over pairs of what is marked and what is said of one text."""
    names = [str(kind) for kind in kinds]
    scores = dict.fromkeys([ALL, *names], Score())
    for marked, said in pairs:
        gold, found = set(marked), set(said)
        scores[ALL] += _score(gold, found)
        for name in names:
            scores[name] += _score({m for m in gold if m[2] == name}, {m for m in found if m[2] == name})
    return scores


def _score(gold: AbstractSet[object], said: AbstractSet[object]) -> Score:
    return Score(len(gold & said), len(said), len(gold))


def _table(title: str, kinds: Iterable[str], scores: Mapping[str, Mapping[str, Score]], notes: Iterable[str]) -> Table:
    columns = ["names", "marked", *(f"{reader} {measure}" for reader in scores for measure in "PRF")]
    rows: list[tuple[Cell, ...]] = []
    for kind in map(str, kinds):
        found = [table[kind] for table in scores.values()]
        rows.append((kind, found[0].gold, *(value for score in found for value in (score.precision, score.recall, score.f))))
    return Table(title, tuple(columns), tuple(rows), tuple(notes))
