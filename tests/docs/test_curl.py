"""Every curl example of the pages is run against a live server."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"<!-- run: curl -->\n```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXAMPLES = [
    pytest.param(match[1], id=f"{path.name}-{number}")
    for path in PAGES
    if path.is_file()
    for number, match in enumerate(BLOCK.finditer(path.read_text(encoding="utf-8")), 1)
]
HERE = "http://127.0.0.1:8000"
PROBLEM = "SELECT * { ?s a }"
"""The example that shows an error."""

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")


@pytest.fixture(scope="module")
def server(seeds_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of ``zonekg serve`` on a free port, started as users start it."""
    log = tmp_path_factory.mktemp("serve") / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "kg_build", "serve", "--store", str(seeds_store), "--port", "0"],
            stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, cwd=ROOT,
        )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while (found := re.search(r"http://[\d.]+:\d+", log.read_text(encoding="utf-8"))) is None:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < end
            time.sleep(0.1)
        yield found[0]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def run(example: str, server: str) -> str:
    command = re.sub(r"\bcurl\b", "curl --silent --show-error --max-time 60", example.replace(HERE, server))
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.stderr == ""
    # `head` closes the pipe early; that is no failure of the example.
    assert done.returncode == 0 or "head" in example
    return done.stdout


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example: str, server: str) -> None:
    assert HERE in example, "examples ask the demo's address"
    answer = run(example, server)
    assert answer.strip()
    if PROBLEM in example:
        problem = json.loads(answer)
        assert problem["status"] == 400
        assert problem["type"] == "urn:zonekg:problem:query-syntax"
    else:
        assert '"urn:zonekg:problem' not in answer
        assert "about:blank" not in answer
    if "text/csv" in example or "tab-separated" in example:
        assert len(answer.splitlines()) >= 3, "a head and some rows"
    if "sparql-results+json" in example:
        content = json.loads(answer)
        assert content.get("boolean") is True or content["results"]["bindings"]
    if f"{HERE}/ontology" in example:
        assert "https://w3id.org/zonekg/ontology#" in answer


def test_pages_have_examples() -> None:
    names = [param.id or "" for param in EXAMPLES]
    assert sum(name.startswith("endpoint.md") for name in names) >= 8
    assert any(name.startswith("README.md") for name in names)
