"""The pages in a real browser: they draw what they should and ask nobody but the server."""

from __future__ import annotations

import shutil
import subprocess
from urllib.parse import quote

import pytest
from serving import PATIENCE, command, started

BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = [pytest.mark.browser, pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine")]


@pytest.fixture(scope="module")
def address(store):
    with started(command(store)) as (found, _):
        yield found.geturl()


def dom(url, folder):
    draw = [BROWSER, *OPTIONS, f"--user-data-dir={folder}", "--dump-dom", url]
    return subprocess.run(draw, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", ["开发区知识图谱", "SPARQL"]),
        ("sparql?query=" + quote("SELECT ?s { ?s ?p ?o } LIMIT 1"), ["<table", "SELECT"]),
        ("sparql?query=" + quote("SELECT ('<script>alert(1)</script>' AS ?x) {}"), ["&lt;script&gt;alert(1)"]),
        ("sparql?query=" + quote("SELECT"), ["Malformed query", "column"]),
    ],
)
def test_a_page_draws_what_it_should(address, tmp_path, path, words):
    page = dom(address + path, tmp_path / "profile")
    assert all(word in page for word in words), page[:2000]
    assert "<script>alert(1)</script>" not in page
    for mark in ('src="http', "src='http", 'rel="stylesheet" href="http'):
        assert mark not in page
