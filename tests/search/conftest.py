from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg_build.search import SearchIndex, make_index

DATA = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX zone: <https://w3id.org/zonekg/ontology#>
PREFIX e: <http://e/>
e:qing a zone:Zone ; skos:prefLabel "青岚经济技术开发区"@zh ; rdfs:label "青岚经济技术开发区"@zh ; skos:altLabel "青岚经开区"@zh .
e:yun a zone:Zone ; skos:prefLabel "云岭经济开发区"@zh ; skos:altLabel "云岭经开区"@zh .
e:five a zone:Honour ; skos:prefLabel "国家级5G工厂"@zh , "National 5G Factory"@en .
e:page a zone:Article ; dcterms:title "云岭经开区引来药企"@zh .
e:c1 a zone:Claim ; zone:quote "青岚经开区去年税收增长一成，总投资84亿元。"@zh .
e:c2 a zone:Claim ; zone:quote "青岚经开区去年税收增长一成，总投资84亿元。"@zh .
[] skos:prefLabel "青岚无名"@zh .
e:odd skos:prefLabel <http://e/青岚> ; zone:unit "青岚"@zh .
"""


@pytest.fixture(scope="session")
def database():
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    store.add(ox.Quad(ox.NamedNode("http://e/hid"), ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"),
                      ox.Literal("青岚"), ox.NamedNode("http://e/g")))  # fmt: skip
    return store


@pytest.fixture(scope="session")
def index_path(database, tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    make_index(database, folder / "work", folder / "search.sqlite")
    return folder / "search.sqlite"


@pytest.fixture(scope="session")
def index(index_path):
    return SearchIndex(index_path)
