from __future__ import annotations

from urllib.parse import quote_plus

import pytest

from endpoint.gateway.asked import OFTEN, asked

QUERY = "SELECT * { ?s ?p '开发区+1' }"
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-query"}


def key(method="GET", parameters="", body=b"", path="/sparql", *, tells_origin=False, **headers):
    given = {"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
    found = asked(method, path, parameters.encode(), given, body, tells_origin=tells_origin)
    return found and found.key


def by_get(query=QUERY, more="", **headers):
    return key("GET", f"query={quote_plus(query)}{more}", **headers)


def test_all_ways_to_ask_the_same_are_one():
    assert by_get() == key("HEAD", f"query={quote_plus(QUERY)}")
    assert by_get() == key("POST", body=f"query={quote_plus(QUERY)}".encode(), **FORM)
    assert by_get() == key("POST", body=QUERY.encode(), **DIRECT)
    assert by_get() == key("POST", body=QUERY.encode(), content_type="application/sparql-query; charset=UTF-8")
    assert by_get() == key(
        "GET", f"query={QUERY.replace(' ', '%20').replace('+', '%2B')}".replace("开发区", quote_plus("开发区"))
    )


def test_the_order_of_parameters_counts_within_a_name_alone():
    one = by_get(more="&default-graph-uri=http://e/1&timeout=3&default-graph-uri=http://e/2")
    assert one == key("GET", f"default-graph-uri=http://e/1&default-graph-uri=http://e/2&timeout=3&query={quote_plus(QUERY)}")
    assert one != by_get(more="&default-graph-uri=http://e/2&timeout=3&default-graph-uri=http://e/1")


@pytest.mark.parametrize(
    "other",
    [
        by_get(QUERY + " "),
        by_get(more="&timeout=1"),
        by_get(more="&whatever=1"),
        by_get(more="&default-graph-uri=http://e/1"),
        by_get(more="&named-graph-uri=http://e/1"),
        by_get(accept="text/csv"),
        by_get(accept_encoding="gzip"),
        by_get(host="another"),
        by_get(origin="https://a.example", tells_origin=True),
    ],
)
def test_what_changes_an_answer_counts(other):
    assert other is not None
    assert other != by_get()


def test_what_leads_to_the_same_format_is_the_same():
    assert by_get(accept="*/*") == by_get()
    assert by_get(accept="text/csv, */*;q=0.1") == by_get(accept="text/csv;q=1.0,*/*;q=0.5")
    assert by_get(accept_encoding="br;q=0.9, gzip;q=0.1") == by_get(accept_encoding="gzip;q=0.5, br")
    assert by_get(origin="https://a.example") == by_get()


@pytest.mark.parametrize(
    "alone",
    [
        key("GET", ""),
        key("GET", f"query={QUERY}", path="/update"),
        key("PUT", f"query={QUERY}"),
        key("POST", body=b"INSERT DATA {}", content_type="application/sparql-update"),
        key("POST", body=QUERY.encode("utf-16"), content_type="application/sparql-query; charset=utf-16"),
        key("POST", "query=ASK{}", QUERY.encode(), **DIRECT),
        key("POST", body=b"query=\xff", **FORM),
        key("POST", body=b"query=%ff", **FORM),
        key("POST", body=b"\xff", **DIRECT),
        by_get(more="&a=1" * 200),
        by_get(authorization="Bearer secret"),
        by_get(cache_control="no-store"),
    ],
)
def test_what_is_for_one_alone_is_not_kept(alone):
    assert alone is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"cache-control": "no-cache"}, True),
        ({"cache-control": "private, max-age=0"}, True),
        ({"cache-control": "max-age=60"}, False),
        ({"pragma": "no-cache"}, True),
    ],
)
def test_who_wants_a_fresh_answer_says_so(headers, expected):
    assert (
        asked("GET", "/sparql", b"query=ASK", {"host": "localhost", **headers}, b"", tells_origin=False).is_fresh_only is expected
    )


def test_long_queries_are_read_like_short_ones():
    long = QUERY + "#" * OFTEN
    assert by_get(long) == key("POST", body=long.encode(), **DIRECT)


@pytest.mark.parametrize(
    "headers", [{}, {"host": "a", "x": "a" * 9000}, {"host": "a", **{f"x-{number}": "" for number in range(100)}}]
)
def test_what_the_app_refuses_for_its_head_gets_no_answer_that_is_kept(headers):
    assert asked("GET", "/sparql", b"query=ASK", headers, b"", tells_origin=False) is None
