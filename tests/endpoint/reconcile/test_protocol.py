"""The routes of /reconcile as section 3 of the specification describes them."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

import pytest

from endpoint.app import create_app
from endpoint.reconcile.requests import MAX_TEXT

FIRM = "enterprise/云岭青禾制药有限公司"
BATCH = {"a": {"query": "青禾制药"}, "b": {"query": "华龙香料", "limit": 1}}


def problem(response, status, kind):
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    assert response.json["type"] == f"urn:zonekg:problem:{kind}"
    return response.json["detail"]


def test_without_parameters_the_root_is_the_manifest(service):
    manifest = service.get("/reconcile").json
    assert "0.2" in manifest["versions"]
    assert manifest["identifierSpace"] == "https://w3id.org/zonekg/id/"
    assert manifest["schemaSpace"] == "https://w3id.org/zonekg/ontology#"
    assert service.get("/reconcile/").json == manifest


def test_addresses_of_the_manifest_lead_somewhere(service):
    manifest = service.get("/reconcile", headers={"Host": "kg.example"}).json
    root = "http://kg.example"
    name = quote(FIRM, safe="")
    for url in (manifest["view"]["url"], manifest["preview"]["url"], manifest["logo"]):
        assert url.startswith(root)
        with service.get(url.removeprefix(root).replace("{{id}}", name)) as response:
            assert response.status_code in {200, 302}, url
    for one in manifest["suggest"].values():
        assert one["service_url"] == root
        assert service.get(one["service_path"] + "?prefix=e").status_code == 200
    flyout = manifest["suggest"]["entity"]["flyout_service_path"].replace("${id}", name)
    assert service.get(flyout).json["id"] == FIRM
    propose = manifest["extend"]["propose_properties"]
    assert service.get(propose["service_path"] + "?type=Enterprise").json["type"] == "Enterprise"


def test_a_batch_by_post_by_get_and_in_parts(service):
    posted = service.post("/reconcile", data={"queries": json.dumps(BATCH)})
    assert posted.content_type == "application/json"
    assert list(posted.json) == ["a", "b"]
    assert posted.json["a"]["result"][0]["id"] == FIRM
    assert len(posted.json["b"]["result"]) == 1
    assert service.get("/reconcile?" + urlencode({"queries": json.dumps(BATCH)})).json == posted.json
    multipart = service.post("/reconcile", data={"queries": json.dumps(BATCH)}, content_type="multipart/form-data")
    assert multipart.json == posted.json


def test_an_empty_batch_has_an_empty_answer(service):
    assert service.post("/reconcile", data={"queries": "{}"}).json == {}


@pytest.mark.parametrize(
    ("queries", "says"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "is an object"),
        ('{"q": 1}', "queries.q is an object"),
        ('{"q": {}}', "neither a query nor properties"),
        ('{"q": {"query": 5}}', "queries.q.query is a text"),
        ('{"q": {"query": "x", "limit": 0}}', "limit"),
        ('{"q": {"query": "x", "limit": "5"}}', "limit"),
        ('{"q": {"query": "x", "limit": NaN}}', "limit"),
        ('{"q": {"query": "x", "type_strict": "maybe"}}', "type_strict"),
        ('{"q": {"query": "x", "type": 5}}', "type"),
        ('{"q": {"query": "x", "properties": {"pid": "zone"}}}', "is a list"),
        ('{"q": {"query": "x", "properties": [{"v": "zone"}]}}', "pid"),
        ('{"q": {"query": "x", "properties": [{"pid": "zone", "v": {}}]}}', "v.id"),
        ('{"q": {"query": "\\ud800"}}', "surrogate"),
        (json.dumps({"q": {"query": "x" * (MAX_TEXT + 1)}}), str(MAX_TEXT)),
        (json.dumps({"q": {"query": "x", "type": ["x"] * 101}}), "100"),
        ("[" * 100_000, "nested"),
    ],
)
def test_malformed_batches_are_named(service, queries, says):
    assert says in problem(service.post("/reconcile", data={"queries": queries}), 400, "request")


def test_what_openrefine_sends_besides_is_taken(service):
    query = {"query": "青禾制药", "type": {"id": "Enterprise"}, "properties": [{"p": "x", "pid": "zone", "v": ""}], "more": 1}
    response = service.post("/reconcile", data={"queries": json.dumps({"q": query})})
    assert response.json["q"]["result"][0]["id"] == FIRM


def test_batches_are_bounded(firms):
    client = create_app({"store": firms, "reconcile_batch": 2}).test_client()
    assert client.get("/reconcile").json["batchSize"] == 2
    batch = {str(number): {"query": "青禾"} for number in range(3)}
    response = client.post("/reconcile", data={"queries": json.dumps(batch)})
    problem(response, 413, "batch")
    assert response.json["limit"] == 2
    extension = {"ids": ["a", "b", "c"], "properties": []}
    problem(client.post("/reconcile", data={"extend": json.dumps(extension)}), 413, "batch")


@pytest.mark.parametrize(
    ("data", "content_type", "status", "kind"),
    [
        ({"other": "1"}, "application/x-www-form-urlencoded", 400, "request"),
        ({"query": "青禾"}, "application/x-www-form-urlencoded", 400, "request"),
        (b"{}", "application/json", 415, "media-type"),
        (b"queries={}&queries={}", "application/x-www-form-urlencoded", 400, "request"),
        (b"&" * 2000, "application/x-www-form-urlencoded", 400, "parameters"),
    ],
)
def test_other_posts_are_refused(service, data, content_type, status, kind):
    problem(service.post("/reconcile", data=data, content_type=content_type), status, kind)


@pytest.mark.parametrize(
    "path",
    [
        "/reconcile",
        "/reconcile?queries=%7B%7D",
        "/reconcile/suggest/type?prefix=",
        "/reconcile/properties?type=Zone",
        f"/reconcile/flyout/entity?id={quote(FIRM)}",
    ],
)
def test_jsonp_holds_the_same_data(service, path):
    plain = service.get(path).json
    script = service.get(f"{path}{'&' if '?' in path else '?'}callback=jQuery123_45.ok")
    assert script.content_type == "text/javascript; charset=utf-8"
    text = script.get_data(as_text=True)
    assert text.startswith("/**/jQuery123_45.ok(")
    assert text.endswith(");")
    assert json.loads(text.removeprefix("/**/jQuery123_45.ok(").removesuffix(");")) == plain


@pytest.mark.parametrize("callback", ["", "alert(1)", "a;b", "1a", "a.", "a b", "a[0]", "函数", "a" * 101, "</script>", "a\n"])
def test_a_callback_is_a_name(service, callback):
    problem(service.get("/reconcile", query_string={"callback": callback}), 400, "callback")


def test_a_script_has_no_line_ends_of_its_own(service):
    response = service.get("/reconcile/properties", query_string={"type": "a\u2028b", "callback": "f"})
    assert "\\u2028" in response.get_data(as_text=True)
    assert "\u2028" not in response.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/suggest/entity?prefix=x", f"/reconcile/preview?id={quote(FIRM)}"])
def test_other_sites_may_ask(service, path):
    assert service.get(path, headers={"Origin": "https://a.example"}).headers["Access-Control-Allow-Origin"] == "*"
    preflight = service.options(path, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 200
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]


def test_the_view_leads_to_the_thing_and_nowhere_else(service):
    response = service.get("/reconcile/view", query_string={"id": FIRM})
    assert response.status_code == 302
    assert response.headers["Location"] == "/id/" + quote(FIRM)
    assert service.get(response.headers["Location"]).status_code == 200
    problem(service.get("/reconcile/view", query_string={"id": "https://evil.example/"}), 404, "unknown-thing")
    problem(service.get("/reconcile/view"), 400, "request")


def test_numbers_beyond_all_measure_are_no_mistake_of_ours(service):
    far = 10**400
    asked = [{"pid": "status", "v": [far, -far, 1e308]}, {"pid": "zone", "v": far}]
    query = {"query": "青禾制药", "limit": far, "properties": asked}
    response = service.post("/reconcile", data={"queries": json.dumps({"q": query})})
    assert response.status_code == 200, response.json
    assert response.json["q"]["result"]
