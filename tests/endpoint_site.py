"""An app that takes writes, for the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyoxigraph as ox
from werkzeug.test import Client

from endpoint.app import create_app
from endpoint.services import EXTENSION
from endpoint.writing.tokens import TokenFile, tokens_path
from kg_build.settings import Settings
from kg_build.store import open_for_build, open_for_reading

OLD = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("old"), ox.NamedNode("urn:g"))


@dataclass
class Site:
    """An app over a store that takes writes, and tokens for it."""

    settings: Settings
    client: Client
    tokens: TokenFile
    token: str

    @property
    def writer(self):
        return self.client.application.extensions[EXTENSION].writing.writer

    def update(self, text, *, token="", query=None, **headers):
        content_type = "application/sparql-update"
        return self.client.post(
            "/update", data=text, content_type=content_type, headers=self.headers(token, headers), query_string=query
        )

    def graph(self, method, path, data=b"", content_type="text/turtle", *, token="", **headers):
        return self.client.open(path, method=method, data=data, content_type=content_type, headers=self.headers(token, headers))

    def headers(self, token, others):
        named = {name.replace("_", "-"): value for name, value in others.items()}
        return {"Authorization": f"Bearer {token or self.token}", **named}

    def ask(self, pattern):
        answer = self.client.get("/sparql", query_string={"query": f"ASK {{ {pattern} }}"}, headers={"Accept": "text/csv"})
        assert answer.status_code == 200, answer.text
        return answer.text.strip() == "true"

    def quads(self):
        with open_for_reading(self.settings.store) as reader:
            return set(reader.database)

    def audit(self):
        path = self.settings.store.with_name(self.settings.store.name + ".audit.jsonl")
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def make(folder, **settings):
    with open_for_build(folder) as build:
        build.extend([OLD])
    chosen = Settings(store=folder, **settings)
    tokens = TokenFile(tokens_path(chosen))
    token = tokens.add("all", ["update", "graphs"])
    return Site(chosen, create_app(chosen).test_client(), tokens, token)


def close(site):
    site.client.application.extensions[EXTENSION].writing.close()


def problem(response, status, kind):
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    content = json.loads(response.data)
    assert content["type"] == f"urn:zonekg:problem:{kind}", content
    return content
