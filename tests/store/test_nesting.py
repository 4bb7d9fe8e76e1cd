from __future__ import annotations

import json
import tempfile

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.store import nesting
from kg_build.store.nesting import MAX_DEPTH, is_too_deep

TEXTS = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)


def too_deep(content, form):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return is_too_deep(file, form)


def depth_of(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


VALUES = st.recursive(
    st.text('"\\[]{}a', max_size=9) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('"\\[]{}a', max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES.filter(depth_of), st.integers(1, 9))
def test_json_is_as_deep_as_it_is_wherever_it_is_cut(value, chunk):
    depth = depth_of(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nesting, "CHUNK", chunk)
        patch.setattr(nesting, "MAX_DEPTH", depth)
        assert not too_deep(json.dumps(value).encode(), ox.RdfFormat.JSON_LD)
        patch.setattr(nesting, "MAX_DEPTH", depth - 1)
        assert too_deep(json.dumps(value).encode(), ox.RdfFormat.JSON_LD)


def element(depth, inside=b""):
    return b"<a x='>'>" * depth + inside + b"</a >" * depth


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (element(MAX_DEPTH), False),
        (element(MAX_DEPTH + 1), True),
        (element(MAX_DEPTH, b"<b/>"), True),
        (element(MAX_DEPTH - 1, b"<b/>" * 500), False),
        (element(2, b"<b></b>" * 500), False),
        (element(2, b"<!-- " + b"<a>" * 500 + b"-->"), False),
        (element(2, b"<![CDATA[" + b"<a>" * 500 + b"]]>"), False),
        (element(2, b'<b c="' + b"<a>" * 500 + b'"/>'), False),
        (b"<?x " + b"<a>" * 500 + b"?>" + element(2), False),
        (b'<!DOCTYPE a [<!ENTITY e "' + b"<a>" * 500 + b'">]>' + element(2), False),
        (b"", False),
        (b"<a>" * 500, True),
        (b"<!--" + b"<a>" * 500, False),
    ],
)
def test_elements_are_counted(content, expected):
    assert too_deep(content, ox.RdfFormat.RDF_XML) is expected


def terms(depth, between=b""):
    return b"<urn:a> <urn:b> " + (b"<<( <urn:a> <urn:b> " + between) * depth + b"1 " + b")>> " * depth + b"."


@pytest.mark.parametrize("form", TEXTS, ids=str)
def test_triple_terms_are_counted(form):
    assert not too_deep(terms(MAX_DEPTH), form)
    assert too_deep(terms(MAX_DEPTH + 1), form)
    assert not too_deep(terms(2) * MAX_DEPTH, form)
    assert too_deep(b"<<(" * 500, form)
    assert not too_deep(b"", form)


@pytest.mark.parametrize(
    "between",
    [
        b"# )>>\n",
        b'")>>"',
        b"')>>'",
        b'\\"',
        b'"\\")>>"',
        b'"""\n")>> \\""" )>>"""',
        b"'''\n)>>'''",
        b"<)>>",
        b"<urn:#> ",
        b"e:\\' ",
    ],
)
def test_what_only_looks_like_an_end_is_none(between):
    assert too_deep(terms(MAX_DEPTH + 1, between), ox.RdfFormat.TURTLE)


@pytest.mark.parametrize("text", [b"# %s\n", b'<urn:a> <urn:b> "%s" .', b"<urn:a> <urn:b> '''\n%s''' ."])
def test_what_only_looks_like_triple_terms_is_none(text):
    assert not too_deep(text % (b"<<(" * 500), ox.RdfFormat.TURTLE)


def test_brackets_of_turtle_are_its_parsers():
    assert not too_deep(b"[" * 500, ox.RdfFormat.TURTLE)


def test_what_is_left_open_is_looked_at_once():
    for opening in (b"<!--", b"<![CDATA[", b"<?", b"<a '"):
        assert not too_deep(opening * 200_000, ox.RdfFormat.RDF_XML)  # Hours, if each were looked at to the end.
