"""Reading what CoreNLP wrote."""

from __future__ import annotations

from pathlib import Path

RELATIONS = {"KILL": "dep"}
"""CoreNLP's mark for a relation that its converter should have removed."""


def read_parses(path: Path) -> list[list[tuple[str, str, int, str]]]:
    """Rows (word, tag, head counted from 0, relation) of each sentence of a CoNLL-U file; a root is its own head."""
    sentences: list[list[tuple[str, str, int, str]]] = []
    rows: list[tuple[str, str, int, str]] = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        if line.strip() and not line.startswith("#"):
            columns = line.split("\t")
            number, head = int(columns[0]) - 1, int(columns[6]) - 1
            root = head < 0
            relation = "ROOT" if root else RELATIONS.get(columns[7], columns[7])
            rows.append((columns[1], columns[4], number if root else head, relation))
        elif rows:
            sentences.append(rows)
            rows = []
    return sentences
