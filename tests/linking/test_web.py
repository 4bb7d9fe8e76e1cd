"""Asking other servers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from serving import PATIENCE

from kg_build.errors import GazetteerError
from kg_build.linking.web import Manners, Web


def web(**manners: object) -> Web:
    return Web(Manners(**{"timeout": PATIENCE, "wait": 0.0, **manners}))  # type: ignore[arg-type]


def test_a_server_that_is_busy_is_asked_again(server) -> None:
    server.answers = [(503, "busy"), (429, "slowly"), (200, {"a": 1})]
    assert web().get(server.url) == {"a": 1}
    assert len(server.requests) == 3


def test_it_gives_up_after_the_retries(server) -> None:
    server.answers = [(503, "busy")]
    with pytest.raises(GazetteerError, match=r"127\.0\.0\.1"):
        web(retries=2).post(server.url, {"q": "1"})
    assert len(server.requests) == 3


def test_a_server_doesn_t_say_for_how_long_we_wait(server) -> None:
    server.answers = [(503, "tomorrow"), (200, {"a": 1})]
    server.headers = {"Retry-After": "86400"}
    assert web(patience=0.0).get(server.url) == {"a": 1}


@pytest.mark.parametrize("cached", [False, True])
def test_an_answer_without_end_is_given_up(server, tmp_path: Path, cached: bool) -> None:
    server.answers = [(200, {"a": "x" * 2_000_000}), (200, {"a": 1})]
    one = web(largest=100_000, cache=tmp_path / "cache" if cached else None)
    with pytest.raises(GazetteerError, match=r"127\.0\.0\.1.*more than 100,000 bytes"):
        one.get(server.url)
    assert one.get(server.url) == {"a": 1}, "and isn't kept"
    one.close()


def test_what_is_packed_counts_as_long_as_it_is_unpacked(server) -> None:
    server.answers = [(200, gzip.compress(json.dumps({"a": "x" * 2_000_000}).encode()))]
    server.headers = {"Content-Encoding": "gzip"}
    with pytest.raises(GazetteerError, match="more than 100,000 bytes"):
        web(largest=100_000).get(server.url)


def test_a_server_that_says_nothing_is_given_up(server) -> None:
    server.answers = [(200, {})]
    server.go.clear()
    with pytest.raises(GazetteerError):
        web(timeout=0.05, retries=0).get(server.url)


def test_what_was_answered_is_kept_on_disk(server, tmp_path: Path) -> None:
    server.answers = [(200, {"a": 1})]
    for query in ("1", "1", "2"):
        one = web(cache=tmp_path / "folder" / "cache")
        assert one.post(server.url, {"q": query}) == {"a": 1}
        one.close()
    assert len(server.requests) == 2


def test_a_mistake_is_not_kept(server, tmp_path: Path) -> None:
    one = web(cache=tmp_path / "cache", retries=0)
    server.answers = [(404, "no"), (200, {"a": 1})]
    with pytest.raises(GazetteerError, match="404"):
        one.get(server.url)
    assert one.get(server.url) == {"a": 1}
    one.close()


@pytest.mark.parametrize(("url", "words"), [("file:///etc/passwd", "not an http"), ("http://127.0.0.1:1/", "127.0.0.1")])
def test_other_urls_are_refused_and_unreachable_ones_told(url: str, words: str) -> None:
    with pytest.raises(GazetteerError, match=words):
        web(retries=0).get(url)


def test_an_answer_that_is_no_json_is_told(server) -> None:
    server.answers = [(200, "<html>")]
    with pytest.raises(GazetteerError, match="no JSON"):
        web().get(server.url)
