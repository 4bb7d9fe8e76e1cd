from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg_build.search import Search, SearchIndex, make_index
from kg_build.store import indexing
from kg_build.store.indexing import TouchedTexts

S, LABEL, OTHER = ox.NamedNode("urn:s"), ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), ox.NamedNode("urn:p")
TOKEN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#token")


def name(text, **options):
    return ox.Quad(S, LABEL, ox.Literal(text, **options))


class Site:
    """A union and the indexes of its versions."""

    def __init__(self, folder):
        self._folder = folder
        self._number = 0
        self.union = ox.Store()
        self.union.extend([name("青岚"), name("云岭")])
        make_index(self.union, folder / "work", self.index)

    @property
    def index(self):
        return self._folder / f"index-{self._number}"

    def write(self, touched):
        before = self.index
        self._number += 1
        touched.write(self.union, before, self.index, self._folder / "work")

    def found(self, text):
        return [hit.subject for hit in SearchIndex(self.index).find(Search(text, 9))]


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


@pytest.fixture
def never_anew(monkeypatch):
    def fail(*_):
        raise AssertionError("made anew")

    monkeypatch.setattr(indexing, "make_index", fail)


def test_what_holds_no_text_leaves_the_index_as_it_is(site, never_anew):
    before = site.index
    touched = TouchedTexts()
    touched.note([ox.Quad(S, OTHER, ox.Literal("x")), ox.Quad(S, LABEL, S), ox.Quad(ox.BlankNode(), LABEL, ox.Literal("x"))])
    site.write(touched)
    assert site.index.samefile(before)


def test_where_there_is_no_index_none_comes_from_what_holds_no_text(site):
    site.index.unlink()
    site.write(TouchedTexts())
    assert not site.index.exists()


def test_the_index_follows_what_has_become_of_the_texts(site, never_anew):
    before = site.index
    content = before.read_bytes()
    touched = TouchedTexts()
    touched.note([name("青岚"), name("滨湖"), name("never there"), name("云岭")])
    site.union.remove(name("青岚"))
    site.union.add(name("滨湖"))
    site.write(touched)
    assert [site.found(text) for text in ("青岚", "云岭", "滨湖", "never")] == [[], ["urn:s"], ["urn:s"], []]
    assert before.read_bytes() == content


def test_a_text_is_there_as_long_as_a_literal_of_any_type_says_it(site, never_anew):
    touched = TouchedTexts()
    touched.note([name("青岚"), name("青岚", datatype=TOKEN)])
    site.union.add(name("青岚", datatype=TOKEN))
    site.union.remove(name("青岚"))
    site.write(touched)
    assert site.found("青岚") == ["urn:s"]


@pytest.mark.parametrize("why", ["none to follow", "forgotten", "too many"])
def test_the_index_is_made_anew_where_it_cant_follow(site, monkeypatch, why):
    touched = TouchedTexts()
    if why == "too many":
        monkeypatch.setattr(indexing, "MOST", 0)
    if why == "none to follow":
        site.index.unlink()
    if why == "forgotten":
        touched.forget()
    touched.note([name("滨湖")])
    site.union.extend([name("滨湖"), ox.Quad(S, LABEL, ox.Literal("没有记下"))])
    site.write(touched)
    assert [site.found(text) for text in ("滨湖", "没有记下")] == [["urn:s"], ["urn:s"]]
