from __future__ import annotations

import tempfile

import pyoxigraph as ox
import pytest

from kg_build.store.entities import MOST, stand_for_too_much
from kg_build.store.nesting import objection


def too_much(content):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return stand_for_too_much(file)


def document(declarations, text, quote=b"\n"):
    return b"<!DOCTYPE r [" + quote.join(b'<!ENTITY %b "%b">' % pair for pair in declarations) + b"]><r>" + text + b"</r>"


def laughs(depth):
    return [(b"l0", b"lol"), *((b"l%d" % n, b"&l%d;" % (n - 1) * 10) for n in range(1, depth))]


OWL = b"http://www.w3.org/2002/07/owl#"
LONG = b"x" * 100_000


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", False),
        (b"<r>&lt;&#10;&none;</r>", False),
        (document([(b"owl", OWL), (b"Class", b"&owl;Class")], b"&owl;&Class;" * 100_000), False),
        (document(laughs(6), b"&l5;"), False),
        (document(laughs(9), b""), True),
        (document(laughs(9), b"", quote=b""), True),
        (document(laughs(60), b"&l59;"), True),
        (document([(b"a", LONG)], b"&a;" * 50), False),
        (document([(b"a", LONG)], b"&a;" * 1000), True),
        (document([(b"a", LONG)], b"<b c='" + b"&a;" * 1000 + b"'/>"), True),
        (document([(b"a", LONG), (b"a", b"")], b"&a;" * 1000), True),
        (b"<r/>" + document([(b"a", LONG)], b"&a;" * 1000), True),
        (b'<!DOCTYPE r [<!ENTITY % a "' + LONG + b'">]>' + b"&a;" * 1000, True),
    ],
)
def test_what_entities_stand_for_is_bounded(content, expected):
    assert too_much(content) is expected


def test_no_document_that_is_let_pass_becomes_much_longer():
    # As far as the parser, which puts in what entities stand for, is of the same mind.
    head = b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:"><r:Description r:about="urn:s"><e:p>'
    declarations = b'<!DOCTYPE r [<!ENTITY  a "%b"><!ENTITYb "&a;&a;"><!ENTITY %% c "&b;&b;" >]>' % LONG
    content = declarations + head + b"&c;&a;</e:p></r:Description></r:RDF>"
    (triple,) = ox.parse(content, ox.RdfFormat.RDF_XML)
    assert len(triple.object.value) == 5 * len(LONG)
    assert not too_much(content)
    assert too_much(content.replace(b"&c;&a;", b"&c;" * (MOST // len(LONG))))


def test_it_is_said_of_xml_alone():
    with tempfile.TemporaryFile() as file:
        file.write(b"# " + document(laughs(9), b""))
        file.flush()
        assert objection(file, ox.RdfFormat.TURTLE) is None
        assert objection(file, ox.RdfFormat.RDF_XML) == "its entities stand for far more than it holds"
