"""What the reconciliation service says, held against the specification's own JSON schemas (v0.2)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from conformance.manifest import SETTING
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from endpoint.app import create_app
from kg_build.store import open_for_build

DATA = Path(__file__).parents[1] / "endpoint" / "reconcile" / "firms.trig"
FOLDER = Path(os.environ.get(SETTING, "")) / "reconciliation" / "0.2"
FIRM = "enterprise/云岭青禾制药有限公司"

pytestmark = pytest.mark.skipif(
    not os.environ.get(SETTING) or not FOLDER.is_dir(), reason=f"{SETTING} names no folder with the reconciliation schemas"
)


def schemas():
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (FOLDER / "schemas").glob("*.json")}


def validator(name):
    found = schemas()
    # They name each other by addresses, which nobody is asked for.
    registry = Registry().with_resources((one["$id"], DRAFT7.create_resource(one)) for one in found.values())
    return Draft7Validator(found[name], registry=registry)


def errors(name, data):
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(data)]


def examples(verdict):
    """(schema, file) of the specification's own examples."""
    if not FOLDER.is_dir():
        return []
    names = {path.stem for path in (FOLDER / "schemas").glob("*.json")}
    return [
        pytest.param(folder.name, path, id=f"{folder.name}-{path.stem}")
        for folder in sorted((FOLDER / "examples").iterdir())
        if folder.name in names
        for path in sorted((folder / verdict).glob("*.json"))
    ]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    store = tmp_path_factory.mktemp("reconciliation") / "firms.store"
    with open_for_build(store) as build:
        build.extend(ox.parse(path=DATA))
    return create_app({"store": store}).test_client()


@pytest.mark.parametrize(("name", "path"), examples("valid"))
def test_the_schemas_take_the_valid_examples(name, path):
    assert errors(name, json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(("name", "path"), examples("invalid"))
def test_the_schemas_refuse_the_invalid_examples(name, path):
    assert errors(name, json.loads(path.read_text(encoding="utf-8"))) != []


def test_the_manifest(client):
    assert errors("manifest", client.get("/reconcile").json) == []


@pytest.mark.parametrize("name", ["青禾制药", "二期项目", "云岭经开区", "没有的名字", FIRM])
def test_results(client, name):
    query = {
        "query": name,
        "limit": 5,
        "properties": [{"pid": "zone", "v": "云岭经开区"}],
        "type": ["Enterprise", "Zone", "Project"],
    }
    batch = {"q0": {"query": name}, "q1": query, "q2": {**query, "type_strict": "should"}}
    assert errors("reconciliation-query-batch", batch) == []
    assert errors("reconciliation-result-batch", client.post("/reconcile", data={"queries": json.dumps(batch)}).json) == []


@pytest.mark.parametrize(
    "path", sorted((FOLDER / "examples" / "reconciliation-query-batch" / "valid").glob("*.json")), ids=lambda path: path.stem
)
def test_the_examples_of_queries_are_answered(client, path):
    response = client.post("/reconcile", data={"queries": path.read_text(encoding="utf-8")})
    assert errors("reconciliation-result-batch", response.json) == []


@pytest.mark.parametrize("kind", ["entities", "properties", "types"])
@pytest.mark.parametrize("prefix", ["云岭", "z", ""])
def test_suggestions(client, kind, prefix):
    path = {"entities": "entity", "properties": "property", "types": "type"}[kind]
    answer = client.get(f"/reconcile/suggest/{path}", query_string={"prefix": prefix}).json
    assert errors(f"suggest-{kind}-response", answer) == []


def test_proposals(client):
    for kind in ("Enterprise", "Zone", "HighTechZone", "Person", "nothing"):
        answer = client.get("/reconcile/properties", query_string={"type": kind, "limit": 5}).json
        assert errors("data-extension-property-proposal", answer) == []


@pytest.mark.parametrize("settings", [{}, {"content": "iri", "limit": "1"}, {"content": "name", "language": "en"}])
def test_data_extension(client, settings):
    proposed = [one["id"] for one in client.get("/reconcile/properties").json["properties"]]
    ids = [FIRM, "project/云岭/二期项目", "zone/云岭经济开发区", "article/新", "person/云岭/周明远", "nothing"]
    query = {"ids": ids, "properties": [{"id": name, "settings": settings} for name in proposed]}
    assert errors("data-extension-query", query) == []
    answer = client.post("/reconcile", data={"extend": json.dumps(query)}).json
    assert errors("data-extension-response", answer) == []
    kinds = {key for row in answer["rows"].values() for cells in row.values() for cell in cells for key in cell}
    assert kinds == ({"id", "name", "str", "float", "date"} if not settings else {"str", "float", "date"})
