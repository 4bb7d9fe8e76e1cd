"""The manifests of the W3C's SPARQL 1.1 suites as test cases."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTING = "ZONEKG_CONFORMANCE"
TABLE = Path(__file__).parent / "expected.yaml"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
HT = "http://www.w3.org/2011/http#"
CNT = "http://www.w3.org/2011/content#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def folder() -> Path | None:
    """Where the suites lie; None where they don't."""
    value = os.environ.get(SETTING, "")
    path = Path(value) / "sparql" / "sparql11"
    return path if value and path.is_dir() else None


class Facts:
    """A Turtle file as a graph that is easy to walk."""

    def __init__(self, path: Path) -> None:
        self._by: dict[tuple[Node, str], list[Node]] = {}
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()):
            self._by.setdefault((quad.subject, quad.predicate.value), []).append(quad.object)

    def all(self, subject: Node, predicate: str) -> list[Node]:
        """All values of a property."""
        return self._by.get((subject, predicate), [])

    def one(self, subject: Node | None, predicate: str) -> Node | None:
        """A property's only value."""
        found = self.all(subject, predicate) if subject is not None else []
        assert len(found) < 2, (subject, predicate)
        return found[0] if found else None

    def text(self, subject: Node | None, predicate: str) -> str | None:
        """A property's only value without its type."""
        value = self.one(subject, predicate)
        return value.value if isinstance(value, ox.NamedNode | ox.Literal) else None

    def subjects(self, predicate: str) -> list[Node]:
        """What has a property."""
        return [subject for subject, name in self._by if name == predicate]

    def items(self, head: Node | None) -> Iterator[Node]:
        """The items of an RDF list."""
        while head is not None and getattr(head, "value", "") != f"{RDF}nil":
            first = self.one(head, f"{RDF}first")
            assert first is not None
            yield first
            head = self.one(head, f"{RDF}rest")


@dataclass(frozen=True)
class Data:
    """What a store holds: files for the default graph, and named graphs with their files."""

    default: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Request:
    """One request of a protocol test and what is expected of its answer."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: tuple[str, ...]
    """Last parts of the names: ``OK``, ``StatusCode4xx`` …"""
    boolean: bool | None
    form: str | None
    """``boolean``, ``tabular`` or ``RDF``."""
    location: str | None
    content: str | None
    """Turtle that the answer must be isomorphic to."""
    expected_headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """A test of a suite."""

    suite: str
    name: str
    kind: str
    action: Path | None = None
    data: Data = Data()
    result: Path | None = None
    after: Data | None = None
    requests: tuple[Request, ...] = ()

    @property
    def id(self) -> str:
        """``suite/name``."""
        return f"{self.suite}/{self.name}"


@cache
def load(suite: str, file: str = "manifest.ttl") -> tuple[Case, ...]:
    """The cases of a suite, in the order of its manifest."""
    root = folder()
    assert root is not None
    path = root / suite / file
    facts = Facts(path)
    (heads,) = [facts.one(node, f"{MF}entries") for node in facts.subjects(f"{MF}entries")]
    return tuple(_case(facts, suite, entry) for entry in facts.items(heads))


def _case(facts: Facts, suite: str, entry: Node) -> Case:
    kind = (facts.text(entry, f"{RDF}type") or "").removeprefix(MF)
    name = entry.value.rpartition("#")[2]  # type: ignore[union-attr]
    action, result = facts.one(entry, f"{MF}action"), facts.one(entry, f"{MF}result")
    if kind in {"ProtocolTest", "GraphStoreProtocolTest"}:
        requests = [_request(facts, node) for node in facts.items(facts.one(action, f"{HT}requests"))]
        return Case(suite, name, kind, data=_data(facts, entry, UT), requests=tuple(requests))
    if action is None:
        return Case(suite, name, kind)
    if isinstance(action, ox.NamedNode):
        if kind == "NegativeSyntaxTest11" and action.value.endswith(".ru"):
            kind = "NegativeUpdateSyntaxTest11"  # One of the suites calls them by the wrong name.
        return Case(suite, name, kind, _path(action), result=_path(result))
    if kind == "UpdateEvaluationTest":
        after = _data(facts, result, UT) if result is not None else None
        return Case(suite, name, kind, _path(facts.one(action, f"{UT}request")), _data(facts, action, UT), after=after)
    return Case(suite, name, kind, _path(facts.one(action, f"{QT}query")), _data(facts, action, QT), _path(result))


def _path(node: Node | None) -> Path | None:
    return Path(unquote(urlsplit(node.value).path)) if isinstance(node, ox.NamedNode) else None


def _data(facts: Facts, node: Node, terms: str) -> Data:
    default = tuple(path for value in facts.all(node, f"{terms}data") if (path := _path(value)))
    named = []
    for value in facts.all(node, f"{terms}graphData"):
        inner = facts.one(value, f"{UT}graph")
        path = _path(inner or value)
        assert path is not None
        named.append((facts.text(value, f"{RDFS}label") or path.as_uri(), path))
    return Data(default, tuple(sorted(named)))


def _request(facts: Facts, node: Node) -> Request:
    answer = facts.one(node, f"{HT}resp")
    body = facts.one(node, f"{HT}body")
    text = facts.text(body, f"{CNT}chars")
    boolean = facts.text(answer, f"{MF}expectedBoolean")
    statuses = [value.value.rpartition("#")[2] for value in facts.all(answer, f"{MF}expectedStatus")]  # type: ignore[arg-type, union-attr]
    return Request(
        method=facts.text(node, f"{HT}methodName") or "",
        path=facts.text(node, f"{HT}absolutePath") or "",
        headers=_headers(facts, node),
        body=None if text is None else text.encode(facts.text(body, f"{CNT}characterEncoding") or "utf-8"),
        statuses=tuple(sorted(statuses)),
        boolean=None if boolean is None else boolean == "true",
        form=facts.text(answer, f"{MF}expectedFormat"),
        location=facts.text(answer, f"{MF}expectedLocation"),
        content=facts.text(facts.one(answer, f"{HT}body"), f"{CNT}chars"),
        expected_headers=_headers(facts, answer),
    )


def _headers(facts: Facts, node: Node | None) -> tuple[tuple[str, str], ...]:
    return tuple(
        (facts.text(header, f"{HT}fieldName") or "", facts.text(header, f"{HT}fieldValue") or "")
        for header in facts.items(facts.one(node, f"{HT}headers"))
    )


@cache
def expected() -> dict[str, str]:
    """The table of expected failures: case or suite → reason."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for group in table["failures"]:
        for name in group["cases"]:
            assert name not in found, f"{name} stands twice in {TABLE.name}"
            found[name] = " ".join(group["reason"].split())
    return found


@cache
def kinds() -> dict[str, str]:
    """The kind of each reason of the table."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {" ".join(group["reason"].split()): group["kind"] for group in table["failures"]}


def reason(case: Case) -> str | None:
    """Why a case is expected to fail; None where it isn't."""
    return expected().get(case.id) or expected().get(f"{case.suite}/*")


@cache
def cases() -> tuple[Case, ...]:
    """All cases of the suites that the table lists."""
    names = yaml.safe_load(TABLE.read_text(encoding="utf-8"))["suites"]
    return tuple(case for name in names for case in load(*name.split("/")))


def parameters(*kinds: str) -> list[object]:
    """The cases of some kinds for ``parametrize``, those that must fail marked so: one of them that passes fails."""
    if folder() is None:
        return [pytest.param(None, id="none", marks=pytest.mark.skip(reason=f"{SETTING} names no folder with the suites here"))]
    found = []
    for case in cases():
        if case.kind not in kinds:
            continue
        why = reason(case)
        marks = [] if why is None else [pytest.mark.xfail(reason=why, strict=True, raises=AssertionError)]
        found.append(pytest.param(case, id=case.id, marks=marks))
    return found
