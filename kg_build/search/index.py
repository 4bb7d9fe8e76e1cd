"""The index of a version: SQLite's FTS5 over the words of every name and quote, in one file beside the databases.

A text that stands at many things (a sentence that a dozen claims quote) is kept and indexed once. The file is written in
the order of the texts, so the same graph gives the same bytes under the same SQLite, and it is never changed: what an update
does to the texts goes into a copy (`kg_build.search.changes`).
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph as ox

from kg_build.search.language import SearchError, to_fts5
from kg_build.search.words import indexed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROPERTIES: Final[dict[str, float]] = {
    "http://www.w3.org/2004/02/skos/core#prefLabel": 4.0,
    "http://www.w3.org/2000/01/rdf-schema#label": 4.0,
    "http://www.w3.org/2004/02/skos/core#altLabel": 3.0,
    "http://purl.org/dc/terms/title": 2.0,
    "https://w3id.org/zonekg/ontology#quote": 1.0,
}
"""What is searched, and how much more a hit there counts than one in a quote."""
MADE: Final = f"1, Unicode {unicodedata.unidata_version}"
"""How words are made of texts: an index made otherwise can be searched, but not changed."""

_TABLES = """
CREATE TABLE made (how TEXT NOT NULL);
CREATE TABLE text (id INTEGER PRIMARY KEY, value TEXT NOT NULL, language TEXT NOT NULL);
CREATE TABLE subject (id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE occurrence (text INTEGER, subject INTEGER, property INTEGER, PRIMARY KEY (text, subject, property)) WITHOUT ROWID;
CREATE TABLE property (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, weight REAL NOT NULL);
CREATE VIRTUAL TABLE word USING fts5(words, content='', tokenize='ascii');
"""
_FILL = (
    "INSERT INTO text (value, language) SELECT DISTINCT value, language FROM raw.found ORDER BY value, language",
    "INSERT INTO subject (iri) SELECT DISTINCT subject FROM raw.found ORDER BY subject",
    "CREATE INDEX raw.by_text ON found (value, language)",
    "CREATE TABLE raw.subject AS SELECT id, iri FROM main.subject",
    "CREATE INDEX raw.by_iri ON subject (iri)",
    """INSERT OR IGNORE INTO occurrence
       SELECT text.id, s.id, found.property FROM text JOIN raw.found USING (value, language)
       JOIN raw.subject AS s ON s.iri = found.subject ORDER BY 1, 2, 3""",
)
# FTS5's bm25 is below nought, the better the lower. Hits are scored first, since it can't be had while grouping.
_FIND = """
WITH hit AS MATERIALIZED (SELECT rowid AS text, -bm25(word) AS score FROM word WHERE word MATCH :words)
SELECT iri, score, value, language FROM (
  SELECT subject.iri, hit.score * property.weight AS score, text.value, text.language,
    row_number() OVER (
      PARTITION BY subject.id ORDER BY hit.score * property.weight DESC, length(text.value), text.value, text.language
    ) AS place
  FROM hit JOIN occurrence USING (text) JOIN property ON property.id = occurrence.property
  JOIN text ON text.id = hit.text JOIN subject ON subject.id = occurrence.subject
  WHERE (:properties = '[]' OR property.iri IN (SELECT value FROM json_each(:properties)))
  AND (:subject = '' OR subject.iri = :subject)
) WHERE place = 1 ORDER BY score DESC, length(value), iri LIMIT :limit
"""


class Text(NamedTuple):
    """A text that is searched: what it is, and where it stands. ``language`` is "" for a literal without one."""

    value: str
    language: str
    subject: str
    property: str

    @classmethod
    def of(cls, quad: ox.Quad) -> Text | None:
        """What a quad says to the index; None where that is nothing."""
        subject, value, iri = quad.subject, quad.object, quad.predicate.value
        if iri in PROPERTIES and isinstance(subject, ox.NamedNode) and isinstance(value, ox.Literal):
            return cls(value.value, value.language or "", subject.value, iri)
        return None


@dataclass(frozen=True, slots=True)
class Search:
    """What to find: the text, how many things at most, in which properties (none: all of `PROPERTIES`), at which thing alone."""

    text: str
    limit: int
    properties: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found: its IRI, how well it fits (more is better), and the text of it that fits best."""

    subject: str
    score: float
    text: str
    language: str

    def literal(self) -> ox.Literal:
        """The text as it stands in the graph."""
        return ox.Literal(self.text, language=self.language or None)


class SearchIndex:
    """The index of a version. Opened anew for each search, so it may be used by any thread and any process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, search: Search) -> list[Hit]:
        """The best hits, best first; what fits equally well by length, then by IRI. Raises `SearchError`."""
        if not self._path.is_file():
            raise SearchError("this store has no index to search in; a build makes one")
        unknown = [iri for iri in search.properties if iri not in PROPERTIES]
        if unknown:
            raise SearchError(f"<{unknown[0]}> can't be searched, only {', '.join(f'<{iri}>' for iri in PROPERTIES)}")
        parameters = {
            "words": to_fts5(search.text),
            "limit": search.limit,
            "properties": json.dumps(search.properties),
            "subject": search.subject,
        }
        try:
            # The file never changes, so SQLite needs no locks, and no right to write into the folder.
            with closing(sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
                return [Hit(*row) for row in database.execute(_FIND, parameters)]
        except sqlite3.Error as error:
            raise SearchError(f"the index of this store can't be read: {error}") from error


def make_index(database: ox.Store, work: Path, target: Path) -> None:
    """Index the default graph of a database into a new file; ``work`` is a file for what is sorted meanwhile.

    Memory doesn't grow with the graph. Raises `OSError` where a file can't be written.
    """
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as index:
            prepare(index)
            index.execute("ATTACH ? AS raw", (str(work),))
            index.execute("PRAGMA raw.journal_mode = OFF")
            index.execute("PRAGMA raw.synchronous = OFF")
            _fill(index, database)
            index.execute("DETACH raw")
    except sqlite3.Error as error:
        raise OSError(0, f"can't index the texts: {error}") from error
    finally:
        work.unlink(missing_ok=True)


def prepare(index: sqlite3.Connection) -> None:
    """Let a file be written that nobody looks at before it is whole: nothing needs to be undone or waited for."""
    for name in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE", "locking_mode = EXCLUSIVE"):
        index.execute(f"PRAGMA {name}")


def _fill(index: sqlite3.Connection, database: ox.Store) -> None:
    index.executescript(_TABLES)
    index.execute("CREATE TABLE raw.found (value TEXT, language TEXT, subject TEXT, property INTEGER)")
    index.execute("BEGIN")
    index.execute("INSERT INTO made VALUES (?)", (MADE,))
    for number, (iri, weight) in enumerate(PROPERTIES.items(), 1):
        index.execute("INSERT INTO property VALUES (?, ?, ?)", (number, iri, weight))
        index.executemany("INSERT INTO raw.found VALUES (?, ?, ?, ?)", _found(database, iri, number))
    for statement in _FILL:
        index.execute(statement)
    texts = index.execute("SELECT id, value FROM text ORDER BY id")
    index.executemany("INSERT INTO word (rowid, words) VALUES (?, ?)", ((key, indexed(value)) for key, value in texts))
    index.execute("INSERT INTO word (word) VALUES ('optimize')")
    index.execute("COMMIT")


def _found(database: ox.Store, iri: str, number: int) -> Iterator[tuple[str, str, str, int]]:
    for quad in database.quads_for_pattern(None, ox.NamedNode(iri), None, ox.DefaultGraph()):
        if (text := Text.of(quad)) is not None:
            yield text.value, text.language, text.subject, number
