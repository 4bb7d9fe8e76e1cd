"""Every curl example of the pages is run against a live server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
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
