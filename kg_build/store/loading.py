"""Other people's RDF: files into a build, one named graph a file, all of a file or nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph as ox

from kg_build.errors import InputError
from kg_build.store.building import AT_ONCE, Build
from kg_build.store.layout import reason
from kg_build.store.nesting import objection, overlong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMATS: dict[str, ox.RdfFormat] = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file: the graph that its triples without a graph went to, and how many quads it had."""

    path: str
    graph: str
    quads: int


def load_files(build: Build, files: Iterable[Path | str], *, graph_prefix: str) -> list[Loaded]:
    """Load RDF files (Turtle, TriG, N-Triples, N-Quads, RDF/XML, JSON-LD by their suffix).

    Triples without a graph go to the graph ``graph_prefix`` + the file's name, emptied first, so that a file loaded
    again replaces itself; two files of one name in different folders get their folders' names, too. Quads with a graph
    keep it. Blank nodes get labels made from the file's graph, so equal labels of two files stay apart and the same
    file gives the same bytes. Every file is parsed to its end before the first quad is added.

    Raises `InputError`, one line with file, line and column, for a file that can't be read or parsed, or is nested too deeply.
    """
    paths = [Path(file) for file in files]
    graphs = _graph_names(paths, graph_prefix)
    for path in paths:  # A first pass with nothing kept: a mistake in the last file must not cost the first.
        check_bounds(path)
        for _ in _parse(path, graphs[path]):
            pass
    loaded: list[Loaded] = []
    for path in paths:
        build.remove_graph(graphs[path])
        count = 0
        for batch in _batches(_parse(path, graphs[path])):
            build.extend(batch)
            count += len(batch)
        loaded.append(Loaded(str(path), graphs[path], count))
    return loaded


def _graph_names(paths: list[Path], prefix: str) -> dict[Path, str]:
    """A graph a file: its name, with as many of its folders as set it apart from the others."""
    names: dict[Path, str] = {}
    for path in paths:
        parts = path.resolve().parts[1:]
        others = [other.resolve().parts[1:] for other in paths if other.resolve() != path.resolve()]
        length = 1
        while length < len(parts) and any(other[-length:] == parts[-length:] for other in others):
            length += 1
        names[path] = prefix + "/".join(_segment(part) for part in parts[-length:])
    return names


def _segment(name: str) -> str:
    """A file's name as a part of an IRI: letters of any script stay, the rest is percent-encoded."""
    return "".join(c if c.isalnum() or c in "-._~" else quote(c, safe="", errors="replace") for c in name)


def form_of(path: Path) -> ox.RdfFormat:
    """The format that a file's suffix tells. Raises `InputError` for another one."""
    rdf_format = FORMATS.get(path.suffix.lower())
    if rdf_format is None:
        raise InputError(path, f"not RDF by its suffix (known: {', '.join(FORMATS)})")
    return rdf_format


def check_bounds(path: Path) -> None:
    """Look at an RDF file before a parser does. Raises `InputError` where none could bear it, or it isn't RDF by its suffix."""
    rdf_format = form_of(path)
    with told(path), path.open("rb") as file:
        if (why := objection(file, rdf_format)) is not None:
            raise InputError(path, why)


def _parse(path: Path, graph: str) -> Iterator[ox.Quad]:
    rdf_format = form_of(path)
    home, labels = ox.NamedNode(graph), _Labels(graph)
    default = ox.DefaultGraph()
    with told(path):
        # Relative IRIs are taken against the graph, never against a path of this machine.
        for quad in ox.parse(path=path, format=rdf_format, base_iri=graph):
            name = home if quad.graph_name == default else labels.of(quad.graph_name)
            yield ox.Quad(labels.of(quad.subject), quad.predicate, labels.of(quad.object), name)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What is wrong with an RDF file as one line, an `InputError`."""
    try:
        yield
    except SyntaxError as error:
        raise InputError(path, _where(error)) from error
    except MemoryError as error:
        raise InputError(path, overlong(error)) from None
    except IsADirectoryError:
        raise InputError(path, "a folder, not a file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, f"can't be read: {reason(error)}") from error
    except ValueError as error:
        raise InputError(path, str(error)) from error


class _Labels:
    """Blank nodes of one file, renamed in the order of their coming: anonymous ones have random labels otherwise."""

    def __init__(self, graph: str) -> None:
        self._prefix = f"f{sha256(graph.encode()).hexdigest()[:12]}x"
        self._known: dict[str, ox.BlankNode] = {}

    def of(self, term: Any) -> Any:
        """The same term with its blank nodes renamed."""
        if isinstance(term, ox.BlankNode):
            if term.value not in self._known:
                self._known[term.value] = ox.BlankNode(f"{self._prefix}{len(self._known) + 1}")
            return self._known[term.value]
        if isinstance(term, ox.Triple):
            return ox.Triple(self.of(term.subject), term.predicate, self.of(term.object))
        return term


def _batches(quads: Iterator[ox.Quad]) -> Iterator[list[ox.Quad]]:
    batch: list[ox.Quad] = []
    for quad in quads:
        batch.append(quad)
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _where(error: SyntaxError) -> str:
    text = " ".join(str(error.args[0]).split()) if error.args else "not valid"
    if error.lineno is None:
        return f"not valid RDF: {text}"
    # The parser's own message begins with the place in several wordings; ours has one.
    _, _, what = text.partition(": ")
    return f"line {error.lineno}, column {error.offset or 1}: {what or text}"
