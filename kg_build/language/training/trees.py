"""Dependency trees corrected by hand: files of sentences that come from the annotated pages, and their checks.

CoNLL-U with two comments before each sentence, ``# page = <file stem>`` and ``# text = …``, and an empty line behind it. Of
the ten columns five are in use: number, form, Penn Chinese Treebank tag (the fifth), head (the seventh; 0 at the root) and
relation (the eighth); the others are ``_``. Tags and relations are those of spaCy's ``zh_core_web`` pipelines and of CoreNLP.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg_build.errors import InputError
from kg_build.language.training.parses import RELATIONS as MAPPED

SUFFIX = ".conllu"
ROOT = "ROOT"
_TAGS = "AD AS BA CC CD CS DEC DEG DER DEV DT ETC FW IJ INF JJ LB LC M MSP NN NR NT OD ON P PN PU SB SP URL VA VC VE VV X"
TAGS = frozenset(_TAGS.split())
"""Parts of speech: the shipped tagger's, but for white space, and three rare ones (INF, ON, X) of the Treebank."""
_RELATIONS = """
    ROOT acl advcl:loc advmod advmod:dvp advmod:loc advmod:rcomp amod amod:ordmod appos aux:asp aux:ba aux:modal aux:prtmod
    auxpass case cc ccomp compound:nn compound:vc conj cop dep det discourse dobj etc mark mark:clf name neg nmod nmod:assmod
    nmod:poss nmod:prep nmod:range nmod:tmod nmod:topic nsubj nsubj:xsubj nsubjpass nummod parataxis:prnmod punct xcomp
"""
RELATIONS = frozenset(_RELATIONS.split())
"""Relations: the shipped parser's, and one rare one (nsubj:xsubj) of CoreNLP."""
COLUMNS = 10
UNUSED = (2, 3, 5, 8, 9)
_COMMENT = re.compile(r"# (page|text) = (\S.*)")

Row = tuple[str, str, int, str]
"""Form, tag, head counted from 0, relation; a root is its own head. As in `parses.read_parses`."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One sentence with its tree."""

    page: str
    """Stem of the annotated page that it is taken from."""

    text: str
    """Without white space: the forms with nothing between them."""

    rows: tuple[Row, ...]

    line: int = field(default=0, compare=False)
    """Where it begins in its file; 0 for one that wasn't read from a file."""

    @classmethod
    def of(cls, page: str, rows: Iterable[Row]) -> Tree:
        """A tree of rows as CoreNLP gives them; its mark for a relation that should be gone becomes ``dep``."""
        kept = tuple((form, tag, head, MAPPED.get(relation, relation)) for form, tag, head, relation in rows)
        return cls(page, "".join(form for form, *_ in kept), kept)

    @property
    def words(self) -> tuple[str, ...]:
        """The forms."""
        return tuple(form for form, *_ in self.rows)

    def conllu(self) -> str:
        """The sentence as it stands in a file, with the empty line behind it."""
        lines = [f"# page = {self.page}", f"# text = {self.text}"]
        for number, (form, tag, head, relation) in enumerate(self.rows):
            up = 0 if head == number else head + 1
            lines.append("\t".join((str(number + 1), form, "_", "_", tag, "_", str(up), relation, "_", "_")))
        return "\n".join(lines) + "\n\n"


def write_trees(trees: Iterable[Tree], path: Path) -> None:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(tree.conllu() for tree in trees), encoding="utf-8")


def tree_files(folder: Path) -> Iterator[Path]:
    """The tree files below a folder, in order."""
    yield from sorted(folder.rglob(f"*{SUFFIX}"))


def read_trees(path: Path) -> list[Tree]:
    """Read and check a file, or all tree files below a folder.

    Raises:
        InputError: The first fault, with the file and the line.
    """
    found, faults = check_all(path)
    if faults:
        raise faults[0]
    return [tree for trees in found.values() for tree in trees]


def check_all(path: Path) -> tuple[dict[Path, list[Tree]], list[InputError]]:
    """What `check` gives for a file or for all below a folder; a sentence that stands twice is a fault too."""
    found: dict[Path, list[Tree]] = {}
    faults: list[InputError] = []
    met: dict[str, str] = {}
    for file in tree_files(path) if path.is_dir() else [path]:
        found[file], wrong = check(file)
        faults.extend(wrong)
        for tree in found[file]:
            place = met.setdefault(tree.text, f"{file.name}, line {tree.line}")
            if place != f"{file.name}, line {tree.line}":
                faults.append(InputError(file, f"line {tree.line}: the sentence stands in {place} too"))
    return found, faults


def check(path: Path) -> tuple[list[Tree], list[InputError]]:
    """The sentences of a file that are right, and every fault of the others in the order of the lines."""
    try:
        raw = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [], [InputError(path, str(error))]
    trees: list[Tree] = []
    faults: list[InputError] = []
    for first, lines in _blocks(raw):
        tree, wrong = _parse(first, lines)
        faults.extend(InputError(path, f"line {number}: {reason}") for number, reason in sorted(wrong))
        if tree is not None:
            trees.append(tree)
    return trees, faults


def _blocks(raw: str) -> Iterator[tuple[int, list[str]]]:
    """Number of the first line and the lines of each sentence."""
    lines: list[str] = []
    # Not splitlines: it takes other characters than the line feed for line ends.
    for number, line in enumerate([*raw.split("\n"), ""], 1):
        if line.strip():
            lines.append(line)
        elif lines:
            yield number - len(lines), lines
            lines = []


def _parse(first: int, lines: Sequence[str]) -> tuple[Tree | None, list[tuple[int, str]]]:
    comments: dict[str, tuple[int, str]] = {}
    tokens: list[tuple[int, list[str]]] = []
    wrong: list[tuple[int, str]] = []
    for number, line in enumerate(lines, first):
        if not line.startswith("#") or tokens:
            columns = line.split("\t")
            reason = _columns_fault(columns, len(tokens) + 1)
            if reason:
                wrong.append((number, reason))
            tokens.append((number, columns))
        elif (comment := _COMMENT.fullmatch(line)) is None:
            wrong.append((number, f"a comment is '# page = …' or '# text = …': {line!r}"))
        elif comment[1] in comments:
            wrong.append((number, f"a second '# {comment[1]} ='"))
        else:
            comments[comment[1]] = number, comment[2]
    wrong.extend((first, f"the sentence lacks '# {key} ='") for key in ("page", "text") if key not in comments)
    if not tokens:
        wrong.append((first, "a sentence without words"))
    # What follows asks about the sentence as a whole, which needs every column right.
    if not wrong:
        wrong = [*_text_faults(comments["text"], tokens), *_tree_faults(first, tokens)]
    if wrong:
        return None, wrong
    rows: list[Row] = []
    for i, (_, columns) in enumerate(tokens):
        head = int(columns[6])
        rows.append((columns[1], columns[4], head - 1 if head else i, columns[7]))
    return Tree(comments["page"][1], comments["text"][1], tuple(rows), first), []


def _columns_fault(columns: Sequence[str], expected: int) -> str | None:
    if len(columns) != COLUMNS:
        return f"{len(columns)} columns instead of {COLUMNS}"
    number, form, tag, head, relation = (columns[i] for i in (0, 1, 4, 6, 7))
    if number != str(expected):
        return f"number {number!r} instead of {expected}"
    if not form or any(c.isspace() for c in form):
        return f"the form is empty or has white space: {form!r}"
    if any(columns[i] != "_" for i in UNUSED):
        return "a column that isn't in use is not '_'"
    if tag not in TAGS:
        return f"no such tag: {tag!r}"
    if relation not in RELATIONS:
        return f"no such relation: {relation!r}"
    if not (head.isascii() and head.isdigit()):
        return f"the head is not a number: {head!r}"
    if (head == "0") != (relation == ROOT):
        return f"head 0 and {ROOT} go together: {head} {relation}"
    return None


def _text_faults(text: tuple[int, str], tokens: Sequence[tuple[int, list[str]]]) -> Iterator[tuple[int, str]]:
    position = 0
    for number, columns in tokens:
        form = columns[1]
        if not text[1].startswith(form, position):
            yield number, f"the text goes on with {text[1][position : position + 10]!r}, not with {form!r}"
            return
        position += len(form)
    if position < len(text[1]):
        yield text[0], f"the words end before the text: {text[1][position : position + 10]!r}"


def _tree_faults(first: int, tokens: Sequence[tuple[int, list[str]]]) -> Iterator[tuple[int, str]]:
    heads = [int(columns[6]) for _, columns in tokens]
    outside = [i for i, head in enumerate(heads) if head > len(heads)]
    yield from ((tokens[i][0], f"the head {heads[i]} is outside the sentence") for i in outside)
    roots = heads.count(0)
    if roots != 1:
        yield first, f"{roots} roots instead of one"
    if outside:
        return
    known: set[int] = {0}
    for start, head in enumerate(heads, 1):
        way = [start]
        while head not in known and head not in way:
            way.append(head)
            head = heads[head - 1]  # noqa: PLW2901 - the walk up to the root
        if head in way and start not in known:
            yield tokens[head - 1][0], f"a cycle: {' → '.join(map(str, [*way[way.index(head) :], head]))}"
        known.update(way)


def main(arguments: list[str] | None = None) -> int:
    """Check the tree files below a folder; print every fault and the count of files and sentences."""
    parser = argparse.ArgumentParser(prog="python -m kg_build.language.training.trees", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    found, faults = check_all(parser.parse_args(arguments).folder)
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201
    print(f"{len(found)} files, {sum(map(len, found.values()))} good sentences, {len(faults)} faults")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
