from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from endpoint.negotiation import GRAPH_OFFERS, HTML_OFFER, RESULT_OFFERS, choose

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PROTEGE = "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
ALL = (*RESULT_OFFERS, *GRAPH_OFFERS, HTML_OFFER)


def chosen(header, offers):
    choice = choose(parse_accept_header(header, MIMEAccept), offers)
    return choice and (choice.name, choice.media_type)


@pytest.mark.parametrize(
    ("header", "offers", "expected"),
    [
        ("", RESULT_OFFERS, ("json", "application/sparql-results+json")),
        ("*/*", RESULT_OFFERS, ("json", "application/sparql-results+json")),
        ("*/*", ALL, ("json", "application/sparql-results+json")),
        ("*/*", GRAPH_OFFERS, ("turtle", "text/turtle")),
        ("text/csv", RESULT_OFFERS, ("csv", "text/csv")),
        ("TEXT/CSV", RESULT_OFFERS, ("csv", "text/csv")),
        ("text/*", RESULT_OFFERS, ("csv", "text/csv")),
        ("text/csv;q=0.1, application/sparql-results+xml;q=0.9", RESULT_OFFERS, ("xml", "application/sparql-results+xml")),
        ("text/csv, application/sparql-results+json", RESULT_OFFERS, ("json", "application/sparql-results+json")),
        ("*/*, application/sparql-results+json;q=0", RESULT_OFFERS, ("xml", "application/sparql-results+xml")),
        ("text/*;q=0.9, text/csv;q=0.1", RESULT_OFFERS, ("tsv", "text/tab-separated-values")),
        ("application/json", RESULT_OFFERS, ("json", "application/json")),
        ("application/xml", RESULT_OFFERS, ("xml", "application/xml")),
        ("text/xml", GRAPH_OFFERS, ("rdfxml", "text/xml")),
        ("image/png", RESULT_OFFERS, None),
        ("application/sparql-results+json;q=0", RESULT_OFFERS, None),
        ("text/turtle", RESULT_OFFERS, None),
        ("text/turtle;charset=utf-8", GRAPH_OFFERS, ("turtle", "text/turtle")),
        (BROWSER, ALL, ("html", "text/html")),
        ("application/xhtml+xml", ALL, ("html", "text/html")),
        (PROTEGE, GRAPH_OFFERS, ("rdfxml", "application/rdf+xml")),
        ("application/n-quads, application/trig;q=0.5", GRAPH_OFFERS, ("nquads", "application/n-quads")),
        ("nonsense", RESULT_OFFERS, None),
        ("*/*;q=nonsense", RESULT_OFFERS, ("json", "application/sparql-results+json")),
    ],
)
def test_the_best_offer_is_chosen(header, offers, expected):
    assert chosen(header, offers) == expected


RANGES = st.sampled_from(["*/*", "text/*", "text/csv", "application/*", "text/html", "application/json", "a/b", "*", ""])
PARAMETERS = st.sampled_from(["", ";q=0", ";q=1", ";q=0.5", ";q=1.5", ";q=-1", ";q=x", ";charset=utf-8;q=.3", ";;", ";q="])


@given(st.lists(st.tuples(RANGES, PARAMETERS).map("".join)).map(",".join))
def test_no_offer_that_was_refused_is_chosen(header):
    accept = parse_accept_header(header, MIMEAccept)
    choice = choose(accept, ALL)
    if choice is not None and accept and choice.media_type in dict(accept):
        assert dict(accept)[choice.media_type] >= 0
        assert max(q for value, q in accept if value == choice.media_type) > 0
