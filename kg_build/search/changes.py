"""The index of a version → that of the next one, where few texts have come or gone: a copy of the file, changed.

To make an index anew takes half a minute for a million texts, to copy one a second; an update of one name is to cost no
more. What is found, in which order and with which scores is the same either way (only the bytes of the file are others).
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from kg_build.search.index import MADE, PROPERTIES, prepare
from kg_build.search.words import indexed

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from kg_build.search.index import Text

WORTH: Final = 2
"""Of so many texts one may come or go; where more do, an index made anew is there as soon."""
FEW: Final = 100
"""So many texts may come or go in any index."""
_CHANGES = """
CREATE TEMP TABLE change (value TEXT, language TEXT, subject TEXT, property INTEGER, is_there INTEGER);
CREATE INDEX temp.by_text ON change (value, language);
CREATE INDEX temp.by_subject ON change (subject);
"""
# The tables of the index have no key but their numbers, which keeps them small: they are read through once for all changes.
_KNOWN = """
CREATE TEMP TABLE known_text AS
  SELECT id, value, language FROM main.text WHERE (value, language) IN (SELECT value, language FROM change);
CREATE TEMP TABLE known_subject AS SELECT id, iri FROM main.subject WHERE iri IN (SELECT subject FROM change);
CREATE INDEX temp.known_by_text ON known_text (value, language);
CREATE INDEX temp.known_by_iri ON known_subject (iri);
"""
_NEW_TEXTS = """
SELECT DISTINCT value, language FROM change WHERE is_there
AND NOT EXISTS (SELECT 1 FROM known_text AS k WHERE k.value = change.value AND k.language = change.language) ORDER BY 1, 2
"""
_NEW_SUBJECTS = """
SELECT DISTINCT subject FROM change WHERE is_there AND subject NOT IN (SELECT iri FROM known_subject) ORDER BY 1
"""
_OCCURRENCES = """
SELECT t.id, s.id, change.property FROM change JOIN known_text AS t USING (value, language)
JOIN known_subject AS s ON s.iri = change.subject WHERE change.is_there = ?
"""
_LONELY_TEXTS = """
SELECT id, value FROM known_text WHERE NOT EXISTS (SELECT 1 FROM occurrence WHERE text = known_text.id)
"""
_LONELY_SUBJECTS = """
DELETE FROM main.subject WHERE id IN (SELECT id FROM known_subject EXCEPT SELECT subject FROM occurrence)
"""


def change_index(previous: Path, target: Path, there: Collection[Text], gone: Collection[Text]) -> bool:
    """Write a copy of an index in which some texts are there and some others are not, whatever it was like before.

    False, and nothing is written, where the index is to be made anew: none is there, or none that can be changed; the
    difference is large. Raises `OSError` where the file can't be written.
    """
    try:
        if not _is_worth(previous, len(there) + len(gone)):
            return False
        shutil.copyfile(previous, target)
        with closing(sqlite3.connect(target, isolation_level=None)) as index:
            prepare(index)
            index.execute("BEGIN")
            _change(index, there, gone)
            index.execute("COMMIT")
    except sqlite3.Error:  # Damaged, it may be: whether there is room will be seen when it is made anew.
        target.unlink(missing_ok=True)
        return False
    return True


def _is_worth(previous: Path, count: int) -> bool:
    if not previous.is_file():
        return False
    with closing(sqlite3.connect(f"{previous.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as index:
        if index.execute("SELECT how FROM made").fetchall() != [(MADE,)]:
            return False
        if index.execute("SELECT iri, weight FROM property ORDER BY id").fetchall() != list(PROPERTIES.items()):
            return False
        (texts,) = index.execute("SELECT max(id) FROM text").fetchone()
    return count <= max(FEW, (texts or 0) // WORTH)


def _change(index: sqlite3.Connection, there: Collection[Text], gone: Collection[Text]) -> None:
    for statement in _CHANGES.split(";"):
        index.execute(statement)
    numbers = {iri: number for number, iri in enumerate(PROPERTIES, 1)}
    for texts, is_there in ((there, 1), (gone, 0)):
        rows = ((t.value, t.language, t.subject, numbers[t.property], is_there) for t in texts)
        index.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?)", rows)
    for statement in _KNOWN.split(";"):
        index.execute(statement)
    for value, language in index.execute(_NEW_TEXTS).fetchall():
        key = index.execute("INSERT INTO main.text (value, language) VALUES (?, ?)", (value, language)).lastrowid
        index.execute("INSERT INTO word (rowid, words) VALUES (?, ?)", (key, indexed(value)))
        index.execute("INSERT INTO known_text VALUES (?, ?, ?)", (key, value, language))
    for (iri,) in index.execute(_NEW_SUBJECTS).fetchall():
        key = index.execute("INSERT INTO main.subject (iri) VALUES (?)", (iri,)).lastrowid
        index.execute("INSERT INTO known_subject VALUES (?, ?)", (key, iri))
    index.execute(f"INSERT OR IGNORE INTO occurrence {_OCCURRENCES}", (1,))
    index.execute(f"DELETE FROM occurrence WHERE (text, subject, property) IN ({_OCCURRENCES})", (0,))  # noqa: S608 - ours
    for key, value in index.execute(_LONELY_TEXTS).fetchall():
        # The index keeps no texts: it is told which words to forget (https://sqlite.org/fts5.html, section 6.4).
        index.execute("INSERT INTO word (word, rowid, words) VALUES ('delete', ?, ?)", (key, indexed(value)))
        index.execute("DELETE FROM main.text WHERE id = ?", (key,))
    index.execute(_LONELY_SUBJECTS)
