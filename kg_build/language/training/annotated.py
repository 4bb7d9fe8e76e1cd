"""Annotated articles: a page with its mentions marked where they stand, then what it states.

One file an article (``seeds/corpus/*/*.page``): a head of ``key: value`` lines, a line ``---``, the page as printed with
marks, a line ``===``, then one statement or figure a line. See ``seeds/corpus/FORMAT.md``. Positions count code points of
the page without its marks.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg_build.errors import InputError
from kg_build.model import LINKS, EntityType
from ontology.terms import STATUSES

HEAD = ("zone", "place", "desk", "date", "writer", "reader")
"""Keys that every file has; ``reader`` is who read it a second time, ``-`` before that."""
_LABEL = re.compile(
    r"\|(Zone|Park|Enterprise|Institution|Project|Person|Official|Industry|Place|Honour)#(\w+)(!?)(?:=([^\]]+))?\]"
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A mention: range in the page, type, the entity's id, whether it is a general word, the name in full if that is known."""

    start: int
    end: int
    type: str
    id: str
    is_generic: bool
    expansion: str | None


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """A page without marks, its mentions in order of their start (outer before inner), and its gold annotation."""

    path: Path
    head: dict[str, str]
    text: str
    mentions: tuple[Marked, ...]
    gold: dict[str, Any]
    facts: tuple[tuple[str, str, str], ...] = ()
    """Of the statements in ``gold`` those between two things: id, property, id."""


def read_annotated(path: Path) -> AnnotatedArticle:
    """Read and check one file.

    Raises `InputError`, one line with the file and what is wrong, for a mark that isn't closed, an unknown type or id, an id of
    two types, a statement with an end that isn't marked, or a bad value.
    """
    try:
        raw = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, str(error)) from error
    try:
        head_text, rest = raw.split("\n---\n", 1)
        page, _, said = rest.rpartition("\n===\n")
        if not page:
            raise ValueError("no line === behind the page")
        head = dict(_pair(line) for line in head_text.splitlines() if line.strip())
        missing = [key for key in HEAD if key not in head]
        if missing:
            raise ValueError(f"the head lacks {', '.join(missing)}")
        text, mentions = _unmark(page)
        gold = _gold(path.stem, text, mentions, said)
    except ValueError as error:
        raise InputError(path, str(error)) from error
    return AnnotatedArticle(path, head, text, mentions, gold, tuple(_facts(gold)))


def _pair(line: str) -> tuple[str, str]:
    key, found, value = line.partition(":")
    if not found:
        raise ValueError(f"no key in {line!r}")
    return key.strip(), value.strip()


def _unmark(page: str) -> tuple[str, tuple[Marked, ...]]:
    """Take the marks off. ``[`` opens, ``|Type#id]`` closes; a bracket of the page itself is written ［ ］ or （ ）."""
    out: list[str] = []
    length = 0
    opened: list[int] = []
    found: list[Marked] = []
    i = 0
    while i < len(page):
        label = _LABEL.match(page, i)
        if label is not None:
            if not opened:
                raise ValueError(f"a mark is closed that was not opened: …{page[max(0, i - 20) : i + 20]!r}")
            start = opened.pop()
            found.append(Marked(start, length, label[1], label[2], bool(label[3]), label[4]))
            i = label.end()
        elif page[i] == "[":
            opened.append(length)
            i += 1
        elif page[i] in "]|":
            raise ValueError(f"a label is wrong: …{page[max(0, i - 20) : i + 30]!r}")
        else:
            out.append(page[i])
            length += 1
            i += 1
    if opened:
        raise ValueError(f"a mark is not closed: {''.join(out)[opened[-1] : opened[-1] + 30]!r}…")
    text = "".join(out)
    for mark in found:
        words = text[mark.start : mark.end]
        if not words or words != words.strip():
            raise ValueError(f"a mark is empty or begins or ends with white space: {words!r}")
    return text, tuple(sorted(found, key=lambda m: (m.start, -m.end, m.type)))


def _gold(stem: str, text: str, mentions: tuple[Marked, ...], said: str) -> dict[str, object]:
    types: dict[str, str] = {}
    names: dict[str, dict[str, None]] = {}
    generic: dict[str, dict[str, None]] = {}
    for mark in mentions:
        if types.setdefault(mark.id, mark.type) != mark.type:
            raise ValueError(f"{mark.id} is marked as {types[mark.id]} and as {mark.type}")
        words = _SPACE.sub("", text[mark.start : mark.end])
        (generic if mark.is_generic else names).setdefault(mark.id, {})[words] = None
        if mark.expansion:
            names.setdefault(mark.id, {})[mark.expansion] = None
    relations: list[dict[str, object]] = []
    observations: list[dict[str, object]] = []
    for line in said.splitlines():
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        first, *rest = words.split()
        if first == "obs":
            observations.append(_observation(words, types))
        elif first == "name" and len(rest) == 2:
            names.setdefault(_known(rest[0], types), {})[rest[1]] = None
        elif first == "also" and len(rest) == 3:
            # A thing of the text that bears the same words as a mention of another type: a park that is a project too.
            types[rest[0]] = EntityType(rest[1]).value
            names.setdefault(rest[0], {})[rest[2]] = None
        else:
            relations.append(_relation(words, types))
    ordered = {i: sorted(found, key=lambda n: -len(n)) for i, found in names.items()}
    entities = [
        {"id": i, "type": kind, "names": ordered.get(i, []), **({"generic": list(generic[i])} if i in generic else {})}
        for i, kind in sorted(types.items())
    ]
    return {"article": stem, "entities": entities, "relations": relations, "observations": observations}


def _facts(gold: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    yield from ((row["s"], row["p"], row["o"]) for row in gold["relations"] if row["p"] in (*LINKS, "officialOf"))


def _known(identity: str, types: dict[str, str]) -> str:
    if identity not in types:
        raise ValueError(f"nothing is marked as {identity}")
    return identity


def _relation(line: str, types: dict[str, str]) -> dict[str, object]:
    """``e1 locatedIn z1``, ``o1 officialOf z1 党工委书记``, ``p1 status signed``, ``article author r1``."""
    words = line.split()
    if len(words) < 3:
        raise ValueError(f"not a statement: {line!r}")
    subject, predicate, value, *more = words
    if predicate == "author" and subject == "article":
        return {"s": "article", "p": "author", "o": _known(value, types)}
    _known(subject, types)
    if predicate in LINKS and not more:
        return {"s": subject, "p": predicate, "o": _known(value, types)}
    if predicate == "officialOf" and len(more) == 1:
        return {"s": subject, "p": predicate, "o": _known(value, types), "title": more[0]}
    if predicate == "status" and value in STATUSES and not more:
        return {"s": subject, "p": predicate, "o": value}
    if predicate == "totalInvestment" and not more:
        return {"s": subject, "p": predicate, "o": float(value) if "." in value else int(value)}
    raise ValueError(f"not a statement: {line!r}")


_OBSERVATION_KEYS = frozenset(["value", "unit", "growth", "share", "rank", "from", "to", "target"])


def _observation(line: str, types: dict[str, str]) -> dict[str, object]:
    """``obs z1 固定资产投资 value=780000000 unit=元 growth=10.4 to=2024-08`` (an indicator has no space)."""
    _, identity, indicator, *pairs = line.split()
    row: dict[str, object] = {"of": _known(identity, types), "indicator": indicator}
    for pair in pairs:
        key, found, value = pair.partition("=")
        if not found or key not in _OBSERVATION_KEYS:
            raise ValueError(f"not a figure's {pair!r}: {line!r}")
        if key in ("unit", "from", "to"):
            row[key] = value
        elif key == "target":
            row[key] = value == "true"
        else:
            row[key] = float(value)
    if "value" not in row and "growth" not in row:
        raise ValueError(f"a figure without value and growth: {line!r}")
    return row


PARTS = {"train": 70, "develop": 85, "look-only": 100}
"""Upper bounds, in percent, of each part of the corpus."""


def part_of(zone: str) -> str:
    """Which part the articles of a zone are in: by its name alone, so that no zone is in two and new articles move none.

    ``look-only`` gives scores and is never opened to better a rule.
    """
    percent = int.from_bytes(hashlib.sha256(zone.encode()).digest()[:4], "big") % 100
    return next(part for part, bound in PARTS.items() if percent < bound)


def annotated_files(folder: Path) -> Iterator[Path]:
    """The annotated pages below a folder, in order."""
    yield from sorted(folder.rglob("*.page"))


def export(article: AnnotatedArticle, target: Path) -> None:
    """Write a page and its gold below ``target``; the date of the paper goes before the file's name, where readers find it."""
    date = article.head["date"]
    stem = f"{date}_{article.path.stem}" if date != "-" else article.path.stem
    for folder, name, text in (
        ("pages", f"{stem}.txt", article.text),
        ("gold", f"{stem}.json", json.dumps({**article.gold, "article": stem}, ensure_ascii=False, indent=1) + "\n"),
    ):
        (target / folder).mkdir(parents=True, exist_ok=True)
        (target / folder / name).write_text(text, encoding="utf-8")


def main() -> int:
    """Check files or folders; with ``--export`` write pages and gold apart."""
    parser = argparse.ArgumentParser(prog="python -m kg_build.language.training.annotated", description=main.__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--export", type=Path, metavar="DIR")
    parser.add_argument("--part", choices=PARTS, help="Only this part of the corpus.")
    arguments = parser.parse_args()
    wrong = done = 0
    for path in (f for p in arguments.paths for f in (annotated_files(p) if p.is_dir() else [p])):
        try:
            article = read_annotated(path)
        except InputError as error:
            print(error, file=sys.stderr)  # noqa: T201
            wrong += 1
            continue
        if arguments.part not in (None, part_of(article.head["zone"])):
            continue
        done += 1
        if arguments.export is not None:
            export(article, arguments.export)
    print(f"{done} good, {wrong} wrong")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
