"""Headers and query strings that nobody would send."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from endpoint.app import create_app
from kg_build.settings import Settings
from kg_build.store import open_for_build

DATA = Path(__file__).parents[1] / "store" / "data" / "small.trig"
PATHS = (
    "/",
    "/sparql?query=ASK%7B%7D",
    "/sparql",
    "/graphs?default",
    "/id/zone/云岭经济开发区",
    "/ontology",
    "/dump/zonekg.nt",
    "/.well-known/void",
)
NAMES = (
    *("Accept", "Accept-Encoding", "If-None-Match", "If-Match", "If-Modified-Since", "Range", "If-Range", "Origin", "Host"),
    *("Content-Type", "Content-Encoding", "X-Request-Id", "traceparent", "X-Forwarded-For", "Authorization", "Cookie"),
)
LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f")
PIECES = st.sampled_from(
    [
        *(
            "*/*",
            "text/*",
            "text/html",
            "text/turtle",
            "application/ld+json",
            "application/sparql-results+json",
            "*",
            "/",
            "text/",
        ),
        *(
            ";q=0",
            ";q=1",
            ";q=0.5",
            ";q=1e9",
            ";q=nan",
            ";q=-1",
            ";q=",
            ";",
            ",",
            '"',
            "=",
            ";charset=utf-8",
            ";charset=\xff",
            " ",
        ),
        *(
            "gzip",
            "br",
            "zstd",
            "identity",
            "W/",
            "bytes=0-",
            "bytes=-1",
            "bytes=5-2",
            "bytes=0-0,1-1",
            "Thu, 01 Jan 1970 00:00:00 GMT",
        ),
    ]
)
VALUES = st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(LETTERS, max_size=60))
QUICK = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    store = tmp_path_factory.mktemp("headers") / "small.store"
    with open_for_build(store) as build:
        build.extend(ox.parse(path=DATA))
    return create_app(Settings(store=store)).test_client()


def well_answered(response):
    assert response.status_code < 500 or response.status_code == 503
    if response.status_code >= 400:
        assert response.mimetype == "application/problem+json"
        assert response.json["status"] == response.status_code
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@QUICK
@given(st.sampled_from(PATHS), st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5))
def test_no_header_is_an_error_of_ours(client, path, headers):
    with client.get(path, headers=headers) as response:
        well_answered(response)


@QUICK
@given(VALUES)
def test_no_accept_header_leads_to_a_type_that_it_refuses(client, value):
    with client.get("/id/zone/云岭经济开发区", headers={"Accept": value}) as response:
        well_answered(response)
        assert response.status_code in {200, 304, 400, 406, 431}


@QUICK
@given(st.sampled_from(["/sparql", "/graphs", "/", "/health"]), st.binary(max_size=100))
def test_no_query_string_is_an_error_of_ours(client, path, query_string):
    with client.get(path, query_string=query_string.decode("latin-1")) as response:
        well_answered(response)


@QUICK
@given(
    st.dictionaries(
        st.sampled_from(["query", "update", "timeout", "default-graph-uri", "named-graph-uri", "x"]), st.text(), max_size=4
    )
)
def test_no_form_is_an_error_of_ours(client, form):
    with client.post("/sparql", data=form) as response:
        well_answered(response)


@QUICK
@given(st.text(min_size=1, max_size=80))
def test_no_path_is_an_error_of_ours(client, path):
    for front in ("/", "/id/", "/graphs/", "/dump/zonekg.", "/ontology/", "/static/"):
        with client.get(
            front + path.replace("#", "%23").replace("?", "%3F").encode("utf-8", "surrogatepass").decode("latin-1")
        ) as response:
            well_answered(response)
