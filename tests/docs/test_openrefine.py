"""The walk-through of docs/reconciliation.md in a real OpenRefine (Debian's package), driven by its HTTP API."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode, urljoin

import pytest

from kg_build.store import open_for_reading

HOME = Path("/usr/share/openrefine")
TABLE = Path(__file__).parents[2] / "docs" / "firms.csv"
COLUMN = "企业名称"
FIRMS = {
    "三门峡经开投资发展集团有限公司": "三门峡经开投资发展集团有限公司",
    "赛诺维制药": "三门峡赛诺维制药有限公司",
    "中原大化": "中原大化",
    "中原石化": "中原石化",
    "华龙香料有限公司": "华龙香料",
    "大陆希望集团": "大陆希望集团",
    "平煤隆基": "平煤隆基",
    "平高集团有限公司": "平高集团",
    "惠成电子": "惠成电子",
    "望舒综保投资开发有限公司": "望舒综保投资开发有限公司",
    "迅梭供应链": "望舒迅梭供应链管理有限公司",
    "云栈机器人": "栖谷云栈机器人有限公司",
    "拓岚轴承有限公司": "栖谷拓岚轴承有限公司",
    "沐汀储能": "沐汀储能科技有限公司",
    "布科思（河南）机器人有限公司": "河南布科思机器人有限公司",
    "青岚澄砚电子科技有限公司": "青岚澄砚电子科技有限公司",
    "穗语食品股份有限公司": "青岚穗语食品股份有限公司",
    "朗湾新材料（青岚）有限公司": "青岚朗湾新材料有限公司",
    "霽光模具": "青岚霁光模具有限公司",
    "微蓝封装": "青岚微蓝封装有限公司",
}
"""What the table says, and the firm that is meant."""
NEW = {"zone": "所在开发区 development zone", "industry": "产业 industry", "status": "状态 status"}
QUERY = """PREFIX zone: <https://w3id.org/zonekg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?firm ?zone ?industry ?status {
  ?f a zone:Enterprise ; skos:prefLabel ?firm .
  { ?f zone:locatedIn/zone:locatedIn* ?z . ?z a zone:Zone ; skos:prefLabel ?zone }
  UNION { ?f zone:inIndustry/skos:prefLabel ?industry . FILTER (lang(?industry) = "zh") }
  UNION { ?p zone:undertakenBy ?f ; zone:status/rdfs:label ?status . FILTER (lang(?status) = "zh") }
}"""

pytestmark = [
    pytest.mark.java,
    pytest.mark.skipif(not (HOME / "refine").is_file(), reason="OpenRefine (Debian's package openrefine) is not installed"),
    pytest.mark.skipif(not shutil.which("java"), reason="OpenRefine needs java"),
]


PATIENCE = 600
"""Seconds for a step; on a busy machine a JVM may take minutes to start."""


class OpenRefine:
    """A running OpenRefine with one project."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.project = ""

    def get(self, command: str, **arguments: str) -> dict:
        with urllib.request.urlopen(
            f"{self._address}command/core/{command}?{urlencode(arguments)}", timeout=PATIENCE
        ) as response:
            return json.load(response)

    def _post(self, command: str, body: bytes, content_type: str) -> tuple[bytes, str]:
        token = self.get("get-csrf-token")["token"]
        address = f"{self._address}command/core/{command}?{urlencode({'project': self.project, 'csrf_token': token})}"
        request = urllib.request.Request(address, body, {"Content-Type": content_type})
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.read(), response.url

    def do(self, command: str, **fields: object) -> dict:
        """Run a command and wait until what it started in the background is through."""
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
        body = urlencode({**texts, "engine": '{"facets": [], "mode": "row-based"}'}).encode()
        answer = json.loads(self._post(command, body, "application/x-www-form-urlencoded; charset=utf-8")[0])
        assert answer.get("code") != "error", answer
        end = time.monotonic() + PATIENCE
        while self.get("get-processes", project=self.project)["processes"]:
            assert time.monotonic() < end
            time.sleep(0.1)
        return answer

    def create(self, table: bytes) -> None:
        boundary = "a-boundary"
        parts = {"project-name": "firms", "format": "text/line-based/*sv", "options": '{"separator": ",", "encoding": "UTF-8"}'}
        fields = (f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts.items())
        body = b"".join(f"--{boundary}\r\n{field}".encode() for field in fields)
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="project-file"; filename="firms.csv"\r\n\r\n'
        body += head.encode() + table + f"\r\n--{boundary}--\r\n".encode()
        where = self._post("create-project-from-upload", body, f"multipart/form-data; boundary={boundary}")[1]
        self.project = where.rpartition("project=")[2]

    def export(self) -> list[dict[str, str]]:
        """The table as OpenRefine writes it."""
        body = urlencode({"project": self.project, "format": "csv", "engine": '{"facets": [], "mode": "row-based"}'}).encode()
        data = self._post("export-rows/firms.csv", body, "application/x-www-form-urlencoded")[0]
        return list(csv.DictReader(io.StringIO(data.decode())))


@pytest.fixture(scope="module")
def openrefine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("openrefine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    command = ["./refine", "-p", str(port), "-d", str(folder), "-m", "400M", "-x", "refine.headless=true"]
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=HOME, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "HOME": str(folder)}, process_group=0
        )
    try:
        found = OpenRefine(address)
        end = time.monotonic() + PATIENCE
        while True:
            try:
                found.get("get-version")
                break
            except (URLError, ConnectionError, TimeoutError, ValueError):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.2)
        yield found
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def expected(store):
    """For each firm what the graph says, asked another way."""
    found = {firm: {"zone": set(), "industry": set(), "status": set()} for firm in FIRMS.values()}
    for row in open_for_reading(store).query(QUERY):
        for name in NEW:
            if row["firm"].value in found and row[name] is not None:
                found[row["firm"].value][name].add(row[name].value)
    return found


def test_twenty_names_are_matched_and_extended(openrefine, server, seeds_store):
    service = urljoin(server, "/reconcile")
    with urllib.request.urlopen(service, timeout=PATIENCE) as response:
        manifest = json.load(response)
    where = {"identifierSpace": manifest["identifierSpace"], "schemaSpace": manifest["schemaSpace"]}
    openrefine.create(TABLE.read_bytes())

    # What its dialog does first: look which types the names may have.
    guessed = openrefine.do("guess-types-of-column", columnName=COLUMN, service=service)["types"]
    assert guessed[0]["id"] == "Enterprise"

    kind = {"id": "Enterprise", "name": "企业 enterprise"}
    config = {"mode": "standard-service", "service": service, **where, "type": kind, "autoMatch": True, "columnDetails": []}
    openrefine.do("reconcile", columnName=COLUMN, config=config)
    answer = openrefine.get("get-rows", project=openrefine.project, start="0", limit="100")
    cells = [row["cells"][0] for row in answer["rows"]]
    pool = answer["pool"]["recons"]
    matched = {cell["v"]: (recon["m"]["name"] if (recon := pool[str(cell["r"])])["j"] == "matched" else None) for cell in cells}
    assert matched == FIRMS

    wanted = [{"id": name, "name": title, "settings": {}} for name, title in NEW.items()]
    extension = {"extension": {"properties": wanted}, "endpoint": service, **where}
    openrefine.do("extend-data", baseColumnName=COLUMN, columnInsertIndex="1", **extension)
    got: dict[str, dict[str, set[str]]] = {}
    firm = ""
    # A matched cell is written with the name that it was matched to; of a firm's rows, one a value, the first has its name.
    for row in openrefine.export():
        firm = row[COLUMN] or firm
        columns = got.setdefault(firm, {name: set() for name in NEW})
        for name, title in NEW.items():
            columns[name] |= {row[title]} - {""}
    assert got == expected(seeds_store)
    for name in NEW:
        assert sum(bool(row[name]) for row in got.values()) >= 3, f"something to see in {name}"
