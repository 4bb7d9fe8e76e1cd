from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from clients.questions import ASK, CONSTRUCT, ROWS, SELECT, WRONG

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")


def curl(*arguments, data=None):
    done = subprocess.run(["curl", "-sS", *arguments], input=data, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def rows(data):
    return [tuple(row[name]["value"] for name in ("s", "n")) for row in json.loads(data)["results"]["bindings"]]


def test_a_query_by_get(endpoint):
    assert rows(curl("-G", endpoint, "--data-urlencode", f"query={SELECT}")) == ROWS


def test_a_query_by_a_form(endpoint):
    assert rows(curl(endpoint, "--data-urlencode", f"query={SELECT}")) == ROWS


def test_a_query_as_the_body(endpoint):
    header = ("-H", "Content-Type: application/sparql-query")
    assert rows(curl(endpoint, *header, "--data-binary", "@-", data=SELECT.encode())) == ROWS


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", None])
def test_a_long_answer_compressed(endpoint, coding, tmp_path):
    if coding and coding not in curl("--version").decode().replace("libz", "gzip").replace("brotli", "br"):
        pytest.skip(f"this curl doesn't know {coding}")
    query = ("-G", endpoint, "--data-urlencode", "query=SELECT * { ?a ?b ?c . ?d ?e ?f }", "-H", "Accept: text/csv")
    plain = curl(*query)
    asked = ("-H", f"Accept-Encoding: {coding}") if coding else ()
    head = tmp_path / "head"
    assert curl(*query, "--compressed", *asked, "-D", str(head)) == plain
    assert "content-encoding" in head.read_text().lower()


def test_an_answer_that_is_there_already(endpoint, tmp_path):
    kept = tmp_path / "etag"
    query = ("-G", endpoint, "--data-urlencode", f"query={SELECT}")
    assert rows(curl(*query, "--etag-save", str(kept))) == ROWS
    assert curl(*query, "--etag-compare", str(kept), "-w", "%{http_code}") == b"304"


def test_head(endpoint):
    head = curl("-I", "-G", endpoint, "--data-urlencode", f"query={CONSTRUCT}", "-H", "Accept: application/n-triples")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"application/n-triples" in head


@pytest.mark.parametrize("expect", ["100-continue", ""])
def test_an_upload_that_is_too_long(endpoint, tmp_path, expect):
    file = tmp_path / "query"
    file.write_bytes(ASK.encode() + b" " * 30_000_000)
    headers = ("-H", "Content-Type: application/sparql-query", "-H", f"Expect: {expect}")
    assert json.loads(curl(endpoint, *headers, "--data-binary", f"@{file}"))["status"] == 413


def test_a_wrong_query(endpoint):
    assert json.loads(curl("-G", endpoint, "--data-urlencode", f"query={WRONG}"))["line"] == 1
