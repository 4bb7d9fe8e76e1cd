from __future__ import annotations

import json

import pytest
import schemathesis

from endpoint.api.document import document, media_types, table
from endpoint.app import create_app
from kg_build.settings import Settings


def test_the_table_is_the_map_of_the_app():
    rules = {}
    for rule in create_app(Settings()).url_map.iter_rules():
        rules.setdefault(rule.rule, set()).update(m.lower() for m in rule.methods - {"HEAD", "OPTIONS"})
    written = {route.get("rule", route["path"]): set(route["methods"]) for route in table()["routes"]}
    assert written == rules


def test_every_parameter_and_every_body_is_used():
    operations = [one for route in table()["routes"] for one in route["methods"].values()]
    for section, key in (("parameters", "parameters"), ("bodies", "body")):
        assert set(table()[section]) == {name for one in operations for name in one.get(key, ())}


def test_names_of_operations_are_unique():
    names = [one["id"] for route in table()["routes"] for one in route["methods"].values()]
    assert len(names) == len(set(names))


def test_it_is_an_openapi_document():
    schema = schemathesis.openapi.from_dict(document())
    schema.config.generation.modes = []
    assert len(list(schema.get_all_operations())) == sum(len(route["methods"]) for route in table()["routes"])
    schema.validate()


def test_references_lead_somewhere():
    found = document()
    text = json.dumps(found)
    for part in text.split('"$ref": "#/')[1:]:
        node = found
        for step in part.partition('"')[0].split("/"):
            node = node[step]


def test_it_is_served_with_the_address_that_was_asked(client):
    response = client.get("/openapi.json", headers={"Host": "data.example.org"})
    assert response.mimetype == "application/json"
    assert response.json == document("http://data.example.org/")
    again = client.get("/openapi.json", headers={"Host": "data.example.org", "If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "name"), [("/sparql?query=ASK{}", "queryByGet"), ("/ontology", "ontology"), ("/id/zone/云岭经济开发区", "thing")]
)
def test_every_media_type_that_is_told_can_be_had(client, path, name):
    (answers,) = [one["answers"] for route in table()["routes"] for one in route["methods"].values() if one["id"] == name]
    for media_type in media_types(answers):
        response = client.get(path, headers={"Accept": media_type})
        # Graphs of a query are another kind of result.
        assert response.status_code == 200 or name == "queryByGet"
        assert response.mimetype in {media_type, "text/html", "application/problem+json"}
