from __future__ import annotations

import gzip
from io import BytesIO

import pyoxigraph as ox
import pytest
from endpoint_site import OLD, problem

from kg_build.exchange import FORMATS
from kg_build.store import updating

BOMB = '<!DOCTYPE r [<!ENTITY a0 "aaa">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 40)) + "]><r/>"
TURTLE = "@prefix e: <urn:> . e:a e:p [ e:q '值' ] ; e:r <x> ."


def size(site, path):
    answer = site.client.get(path, headers={"Accept": "application/n-triples"})
    return len(answer.text.splitlines()) if answer.status_code == 200 else answer.status_code


def test_a_graph_is_put_read_extended_and_deleted(site):
    path = "/graphs?graph=urn:life"
    assert site.graph("PUT", path, TURTLE).status_code == 201
    assert size(site, path) == 3
    assert site.ask("GRAPH <urn:life> { <urn:a> <urn:r> <urn:x> }")
    assert site.graph("PUT", path, "<urn:b> <urn:p> 1 .").status_code == 204
    assert site.graph("POST", path, "<urn:b> <urn:p> 2 .").status_code == 204
    assert size(site, path) == 2
    assert site.graph("DELETE", path).status_code == 204
    assert size(site, path) == 404
    problem(site.graph("DELETE", path), 404, "unknown-graph")


def test_a_graph_may_be_named_by_its_address(site):
    path = "/graphs/people/%E5%BC%A0.ttl"
    assert site.graph("PUT", path, "<> <urn:p> <other> .").status_code == 201
    assert site.ask("GRAPH ?g { ?g <urn:p> ?o }")
    assert "<http://localhost/graphs/people/%E5%BC%A0.ttl>" in site.client.get(path, headers={"Accept": "text/turtle"}).text
    assert site.graph("DELETE", path).status_code == 204


def test_the_default_graph_is_always_there(site):
    assert site.graph("PUT", "/graphs?default", "<urn:d> <urn:p> 1 .").status_code == 204
    assert size(site, "/graphs?default") == 1
    assert site.graph("DELETE", "/graphs?default").status_code == 204
    assert size(site, "/graphs?default") == 0


def test_what_is_posted_to_no_graph_gets_one(site):
    response = site.graph("POST", "/graphs", TURTLE)
    assert response.status_code == 201
    place = response.headers["Location"]
    assert size(site, place.removeprefix("http://localhost")) == 3


def test_an_empty_graph_is_a_graph(site):
    assert site.graph("PUT", "/graphs?graph=urn:empty").status_code == 201
    assert size(site, "/graphs?graph=urn:empty") == 0


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_every_format_that_is_read_can_be_sent(site, form):
    data = ox.serialize([ox.Triple(OLD.subject, OLD.predicate, OLD.object)], format=form.rdf_format)
    assert site.graph("PUT", "/graphs?graph=urn:format", data, form.media_type).status_code in {201, 204}
    assert size(site, "/graphs?graph=urn:format") == 1


@pytest.mark.parametrize(
    ("content_type", "data", "status", "kind"),
    [
        ("text/csv", "a,b", 415, "media-type"),
        ("", "<urn:a> <urn:b> <urn:c> .", 415, "media-type"),
        ("text/turtle; charset=utf-16", "", 415, "media-type"),
        ("text/turtle", "<urn:a> <urn:b> .", 400, "document"),
        ("text/turtle", b"<urn:a> <urn:b> '\xff' .", 400, "document"),
        ("application/rdf+xml", "<a/>", 400, "document"),
        ("application/rdf+xml", BOMB, 400, "document"),
        ("application/ld+json", '{"@context": "http://127.0.0.1:9/c", "@id": "urn:a", "p": 1}', 400, "document"),
        ("application/n-quads", "<urn:a> <urn:b> <urn:c> <urn:other> .", 400, "other-graph"),
        ("text/turtle", "#" * 20_001, 413, "upload"),
        ("multipart/form-data; boundary=x", b"", 400, "request"),
        ("application/ld+json", '{"@id": "urn:a", "urn:p": ' * 129 + "1" + "}" * 129, 400, "document"),
        ("application/rdf+xml", "<a>" * 129 + "</a>" * 129, 400, "document"),
        ("text/turtle", "<urn:s> <urn:p> " + "<<(<urn:s> <urn:p> " * 129 + "1" + ")>>" * 129 + " .", 400, "document"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_written(site, content_type, data, status, kind):
    before = site.quads()
    problem(site.graph("PUT", "/graphs?graph=urn:bad", data, content_type), status, kind)
    assert site.quads() == before


def test_a_term_too_long_for_the_parser_is_the_documents_fault(own_site):
    site = own_site()
    data = b"<urn:a> <urn:p> '" + b"x" * (17 << 20) + b"' ."
    problem(site.graph("PUT", "/graphs?graph=urn:bad", data), 400, "document")


def test_a_mistake_has_its_place(site):
    content = problem(site.graph("POST", "/graphs?graph=urn:bad", "<urn:a> <urn:b> 1 .\n<urn:a> b 1 ."), 400, "document")
    assert (content["line"], content["column"]) == (2, 9)
    assert content["detail"].startswith("Line 2, column 9: ")


def test_a_packed_body(site):
    packed = gzip.compress(b"<urn:z> <urn:p> 1 .")
    assert site.graph("PUT", "/graphs?graph=urn:gz", packed, Content_Encoding="gzip").status_code == 201
    assert size(site, "/graphs?graph=urn:gz") == 1
    bomb = gzip.compress(b"#" * 10_000_000)
    problem(site.graph("PUT", "/graphs?graph=urn:gz", bomb, Content_Encoding="gzip"), 413, "upload")
    assert size(site, "/graphs?graph=urn:gz") == 1


def form(*parts):
    return {f"file{n}": (BytesIO(data), f"f{n}", media_type) for n, (data, media_type) in enumerate(parts)}


def test_several_files_in_one_form(site):
    parts = form((b"<urn:a> <urn:p> _:b .", "text/turtle"), (b"<urn:a> <urn:p> _:b .", "application/n-triples"))
    response = site.graph("POST", "/graphs?graph=urn:form", parts, "multipart/form-data")
    assert response.status_code == 201, response.text
    assert size(site, "/graphs?graph=urn:form") == 2  # The blank nodes of two files are two.


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        (form((b"<urn:a> <urn:p> 1 .", "text/turtle"), (b"nonsense", "text/turtle")), 400),
        (form((b"<urn:a> <urn:p> 1 .", "image/png")), 415),
        ({"field": "<urn:a> <urn:p> 1 ."}, 400),
        (form(*[(b"", "text/turtle")] * 20), 413),
    ],
)
def test_a_form_is_read_as_a_whole_or_not_at_all(site, parts, status):
    assert site.graph("POST", "/graphs?graph=urn:part", parts, "multipart/form-data").status_code == status
    assert size(site, "/graphs?graph=urn:part") == 404


def test_conditions_are_kept(site):
    path = "/graphs?graph=urn:conditions"
    assert site.graph("PUT", path, "<urn:a> <urn:p> 1 .", If_None_Match="*").status_code == 201
    problem(site.graph("PUT", path, "<urn:a> <urn:p> 2 .", If_None_Match="*"), 412, "changed")
    tag = site.client.get(path, headers={"Accept": "text/turtle", "Accept-Encoding": "gzip"}).headers["ETag"]
    assert site.graph("PUT", path, "<urn:a> <urn:p> 3 .", If_Match=tag).status_code == 204
    problem(site.graph("PUT", path, "<urn:a> <urn:p> 4 .", If_Match=tag), 412, "changed")
    problem(site.graph("DELETE", "/graphs?graph=urn:never", If_Match="*"), 412, "changed")
    assert site.ask("GRAPH <urn:conditions> { <urn:a> <urn:p> 3 }")


@pytest.mark.parametrize("condition", ['"', "", ",", "W/"])
def test_a_condition_that_can_not_be_read_does_not_hold(site, condition):
    path = "/graphs?graph=urn:conditions-unread"
    site.graph("PUT", path, "<urn:a> <urn:p> 1 .")
    problem(site.graph("PUT", path, "<urn:a> <urn:p> 2 .", If_Match=condition), 412, "changed")
    assert site.ask("GRAPH <urn:conditions-unread> { <urn:a> <urn:p> 1 }")


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_part_is_not_taken_for_the_whole(site, method):
    path = "/graphs?graph=urn:parts"
    site.graph("PUT", path, "<urn:a> <urn:p> 1 .")
    problem(site.graph(method, path, "<urn:a> <urn:p> 2 .", Content_Range="bytes 0-18/400"), 400, "request")
    assert site.ask("GRAPH <urn:parts> { <urn:a> <urn:p> 1 }")
    assert not site.ask("GRAPH <urn:parts> { <urn:a> <urn:p> 2 }")


@pytest.mark.parametrize("path", ["/graphs?graph=urn:a&default", "/graphs?graph=no", "/graphs?graph=urn:a&graph=urn:b"])
def test_a_request_names_one_graph(site, path):
    problem(site.graph("PUT", path, TURTLE), 400, "request")
    problem(site.graph("DELETE", path), 400, "request")


def test_put_and_delete_name_a_graph(site):
    for method in ("PUT", "DELETE"):
        problem(site.graph(method, "/graphs", TURTLE), 400, "request")


@pytest.mark.parametrize("path", ["/graphs?default", "/graphs/x"])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_writing_needs_a_token(site, method, path):
    problem(site.client.open(path, method=method, data=TURTLE, content_type="text/turtle"), 401, "token")


def test_what_may_be_done_is_told(site, client):
    response = site.client.options("/graphs", headers={"Origin": "https://a.example"})
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE"}
    assert "PUT" in response.headers["Access-Control-Allow-Methods"]
    assert "multipart/form-data" in response.headers["Accept-Post"]
    assert set(client.options("/graphs").allow) == {"GET", "HEAD", "OPTIONS"}


def test_a_large_graph_is_streamed(own_site):
    big = own_site(update_timeout=900, max_upload=100_000_000)
    text = "".join(f"<urn:s{n}> <urn:p> {n} .\n" for n in range(updating.FOLLOWED + 10))
    assert big.graph("PUT", "/graphs?graph=urn:large", text).status_code == 201
    assert big.ask(f"<urn:s{updating.FOLLOWED}> <urn:p> ?o")
    assert "added" not in big.audit()[-1]
    assert big.graph("DELETE", "/graphs?graph=urn:large").status_code == 204
    assert big.quads() == {OLD}


def test_an_address_is_the_same_however_it_is_encoded(site):
    assert site.graph("PUT", "/gr%61phs/encoded/a%20b", TURTLE).status_code == 201
    assert site.ask("GRAPH <http://localhost/graphs/encoded/a%20b> { <urn:a> <urn:p> ?o }")
