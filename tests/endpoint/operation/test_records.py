from __future__ import annotations

import re

import pytest

from endpoint.operation.records import query_form, request_id, trace

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"


@pytest.mark.parametrize("given", ["abc-123", "3fa85f64-5717-4562-b3fc-2c963f66afa6", "Root=1-67891233-abcdef", "a" * 128])
def test_a_sane_identity_is_kept(given):
    assert request_id({"HTTP_X_REQUEST_ID": given}) == given


@pytest.mark.parametrize("given", ["", "a" * 129, "a b", "a\r\nSet-Cookie: x", "<script>", "é", "-rf", "a,b"])
def test_any_other_is_replaced(given):
    made = request_id({"HTTP_X_REQUEST_ID": given})
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert made != request_id({"HTTP_X_REQUEST_ID": given})


@pytest.mark.parametrize("given", [f"00-{TRACE}-{PARENT}-01", f"00-{TRACE}-{PARENT}-00", f"01-{TRACE}-{PARENT}-01-more"])
def test_a_trace_is_taken_up(given):
    found = trace({"HTTP_TRACEPARENT": given})
    assert (found.trace_id, found.parent_id) == (TRACE, PARENT)
    assert re.fullmatch("[0-9a-f]{16}", found.span_id)
    assert found.span_id != PARENT


@pytest.mark.parametrize(
    "given",
    [
        "",
        "nonsense",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-more",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}",
    ],
)
def test_a_bad_trace_is_as_none(given):
    assert trace({"HTTP_TRACEPARENT": given}) is None


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * {}", "select"),
        ("ask{}", "ask"),
        ("BASE <http://e/> PREFIX select: <http://e/ask>\n# CONSTRUCT\nDESCRIBE select:x", "describe"),
        ("PREFIX:<http://e/>CONSTRUCT{}{}", "construct"),
        ("INSERT DATA {}", "other"),
        ("SELECTED", "other"),
        ("", "other"),
        ("PREFIX a: <" * 20_000, "other"),
        (" \n#" * 20_000, "other"),
    ],
)
def test_the_form_of_a_query(query, form):
    assert query_form(query) == form
