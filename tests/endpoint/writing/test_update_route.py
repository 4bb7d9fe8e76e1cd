from __future__ import annotations

import gzip
import time

import pytest
from endpoint_site import problem

from endpoint.app import create_app
from kg_build.settings import Settings

FORM = "application/x-www-form-urlencoded"


def test_an_update_is_seen_by_the_next_request(site):
    answer = site.update("INSERT DATA { GRAPH <urn:now> { <urn:a> <urn:p> '值' } }")
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Zonekg-Version"].isdecimal()
    assert site.ask("<urn:a> <urn:p> '值'")


def test_a_form_does_the_same(site):
    for values, query in (
        ({"update": "INSERT DATA { <form> <p> 1 }"}, {}),
        ({"update": "INSERT { <using> <p> ?o } WHERE { ?s <urn:p> ?o }", "using-graph-uri": "urn:g"}, {"ignored": "1"}),
    ):
        answer = site.client.post("/update", data=values, query_string=query, headers=site.headers("", {}))
        assert answer.status_code == 204, answer.text
    base = site.settings.base_iri
    assert site.ask(f"<{base}form> <{base}p> 1 . <{base}using> <{base}p> 'old'")


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_form_may_be_packed(site, coding):
    text = f"update=INSERT+DATA+%7B+%3Curn%3Aform%3E+%3Curn%3Ap%3E+'{coding}+值'+%7D".encode()
    data = gzip.compress(text) if coding == "gzip" else text
    answer = site.client.post("/update", data=data, content_type=FORM, headers=site.headers("", {"Content-Encoding": coding}))
    assert answer.status_code == 204, answer.text
    assert site.ask(f"<urn:form> <urn:p> '{coding} 值'")


@pytest.mark.parametrize("value", [b"%FF", b"%ED%A0%80", b"\xff"])
def test_a_form_that_is_not_utf_8_is_refused(site, value):
    data = b"update=INSERT+DATA+%7B+%3Curn%3Ano%3E+%3Curn%3Ano%3E+'" + value + b"'+%7D"
    answer = site.client.post("/update", data=data, content_type=FORM, headers=site.headers("", {}))
    problem(answer, 400, "request")
    assert not site.ask("<urn:no> <urn:no> ?o")


def test_a_direct_update_takes_its_dataset_from_the_address(site):
    text = "INSERT { <urn:direct> <urn:p> ?g } WHERE { GRAPH ?g { ?s <urn:p> ?o } }"
    assert site.update(text, query={"using-named-graph-uri": ["urn:g", "urn:none"]}).status_code == 204
    assert site.ask("<urn:direct> <urn:p> <urn:g>")


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_body_may_be_packed(site, coding):
    text = f"INSERT DATA {{ <urn:packed> <urn:p> '{coding}' }}".encode()
    data = gzip.compress(text) if coding == "gzip" else text
    assert site.update(data, Content_Encoding=coding).status_code == 204
    assert site.ask(f"<urn:packed> <urn:p> '{coding}'")


@pytest.mark.parametrize(
    ("text", "status", "kind"),
    [
        ("INSERT DATA { <urn:s> <urn:p> ?o }", 400, "query-syntax"),
        ("LOAD <http://127.0.0.1:9/x>", 403, "load"),
        ("INSERT { <urn:s> <urn:p> 1 } WHERE { SERVICE <http://127.0.0.1:9/x> { } }", 403, "service"),
        ("INSERT { <urn:s> <urn:p> 1 } WHERE " + "{" * 200 + "}" * 200, 400, "nesting"),
        ("INSERT DATA { <urn:lost> <urn:p> 1 } ; CREATE GRAPH <urn:g>", 400, "evaluation"),
        (" " * 2001, 413, "update-length"),
        (b"\xff", 400, "request"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_written(site, text, status, kind):
    before = site.quads()
    content = problem(site.update(text), status, kind)
    assert ("line" in content) is (kind == "query-syntax")
    assert site.quads() == before


def test_a_mistake_has_its_place(site):
    content = problem(site.update("PREFIX a: <urn:a>\nINSERT DATA { a:s a:p 1 } ;\n DELETE WHERE { ?s x }"), 400, "query-syntax")
    assert content["line"] == 3


@pytest.mark.parametrize(
    ("options", "status", "kind"),
    [
        ({"data": {"other": "1"}}, 400, "request"),
        ({"data": {"update": ["CLEAR ALL", "CLEAR ALL"]}}, 400, "request"),
        ({"data": {"update": "CLEAR ALL", "using-graph-uri": "no iri"}}, 400, "request"),
        ({"data": {"update": "CLEAR ALL", "timeout": "soon"}}, 400, "request"),
        ({"data": "CLEAR ALL"}, 415, "media-type"),
        ({"data": "CLEAR ALL", "content_type": "application/sparql-query"}, 415, "media-type"),
        ({"data": "CLEAR ALL", "content_type": "application/sparql-update; charset=utf-16"}, 415, "media-type"),
        (
            {"data": {"update": "INSERT { <urn:s> <urn:p> 1 } USING <urn:g> WHERE { }", "using-graph-uri": "urn:g"}},
            400,
            "dataset",
        ),
    ],
)
def test_a_request_that_says_it_wrongly(site, options, status, kind):
    problem(site.client.post("/update", headers=site.headers("", {}), **options), status, kind)


def test_updates_are_posted(site):
    assert site.client.get("/update?update=CLEAR+ALL", headers=site.headers("", {})).status_code == 405


def test_a_packed_body_that_unpacks_to_too_much(site):
    problem(site.update(gzip.compress(b" " * 5_000_000), Content_Encoding="gzip"), 413, "upload")
    problem(site.update(b"no gzip", Content_Encoding="gzip"), 400, "request")
    problem(site.update(gzip.compress(b"CLEAR ALL")[:-4], Content_Encoding="gzip"), 400, "request")
    problem(site.update(b"CLEAR ALL", Content_Encoding="br"), 415, "media-type")


def test_without_any_token_there_is_no_writing(store):
    client = create_app(Settings(store=store)).test_client()
    content = problem(client.post("/update", data={"update": "CLEAR ALL"}), 403, "read-only")
    assert "zonekg token add" in content["detail"]


@pytest.mark.parametrize("header", [None, "Basic eDp5", "Bearer", "Bearer wrong"])
def test_who_has_no_good_token_is_told_how_to_get_in(site, header):
    headers = {} if header is None else {"Authorization": header}
    response = site.client.post("/update", data={"update": "CLEAR ALL"}, headers=headers)
    problem(response, 401, "token")
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="zonekg"')
    assert ("invalid_token" in challenge) is (header == "Bearer wrong")


def test_an_expired_or_revoked_token_is_worth_nothing(site):
    old = site.tokens.add("old", ["update"], expires=int(time.time()) - 1)
    response = site.update("CLEAR ALL", token=old)
    problem(response, 401, "token")
    assert "expired" in response.headers["WWW-Authenticate"]
    short = site.tokens.add("short", ["update"])
    assert site.update("", token=short).status_code == 204
    site.tokens.revoke("short")
    problem(site.update("", token=short), 401, "token")


def test_a_token_allows_what_it_says(site):
    update, graphs = site.tokens.add("u", ["update"]), site.tokens.add("g", ["graphs"])
    response = site.update("CLEAR ALL", token=graphs)
    problem(response, 403, "scope")
    assert 'error="insufficient_scope", scope="update"' in response.headers["WWW-Authenticate"]
    problem(site.graph("DELETE", "/graphs?default", token=update), 403, "scope")
    assert site.graph("DELETE", "/graphs?default", token=graphs).status_code == 204


def test_a_token_in_the_address_is_no_token(site):
    problem(site.client.post(f"/update?access_token={site.token}", data={"update": "CLEAR ALL"}), 401, "token")


def test_writes_are_logged_without_secrets(site):
    site.update("INSERT DATA { <urn:logged> <urn:p> 'confidential' }")
    begin, end = site.audit()[-2:]
    assert (begin["event"], begin["token"], begin["operation"], begin["client"]) == ("begin", "all", "update", "127.0.0.1")
    assert begin["bytes"] == 51
    assert (end["event"], end["id"], end["outcome"], end["added"], end["removed"]) == ("end", begin["id"], "written", 1, 0)
    assert end["version"].isdecimal()
    site.update("nonsense")
    assert site.audit()[-1]["outcome"] == "query-syntax"
    path = site.settings.store.with_name(site.settings.store.name + ".audit.jsonl")
    assert site.token not in path.read_text()
    assert "confidential" not in path.read_text()


def test_scripts_of_other_sites_may_write_with_a_token(site):
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    response = site.client.options("/update", headers=headers)
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
    assert "WWW-Authenticate" in site.update("", token="x").headers["Access-Control-Expose-Headers"]


def test_the_service_says_that_it_takes_updates(site, client):
    for one, says in ((site.client, True), (client, False)):
        text = one.get("/sparql", headers={"Accept": "text/turtle"}).text
        assert ("SPARQL11Update" in text) is says
