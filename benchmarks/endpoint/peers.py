"""The servers that are measured: how each is had, loaded and started. All listen on the loopback address alone.

Nothing is installed outside the working folder: the Python ones go into an environment of their own there, Fuseki's jar comes
through Maven, Virtuoso from Debian's package, unpacked, where its program isn't installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

ZONEKG = (sys.executable, "-c", "from kg_build.cli import main; main()")
FUSEKI = "org.apache.jena:jena-fuseki-server:5.6.0"
PYTHON_PEERS = ("oxigraph==0.5.13", "rdflib-endpoint[web,cli]==0.6.3")
START = 300.0
"""Seconds that a server may take to answer for the first time: some read the data only then."""
FIRST_PORT = 8300


class MissingError(Exception):
    """A server that can't be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where things lie: the harness, what is kept between runs, and this run's data."""

    harness: Path
    work: Path
    data: Path

    def folder(self, name: str) -> Path:
        """A folder for a server's copy of the data."""
        return self.work / f"{self.data.stem}-{name}"


class Peer(ABC):
    """A server."""

    name: str
    path = "/sparql"

    def __init__(self, place: Place, number: int) -> None:
        self.place = place
        self.port = FIRST_PORT + number
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers queries."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    @abstractmethod
    def prepare(self) -> None:
        """Get the program and load the data, unless that has been done. Raises `MissingError`."""

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it."""

    def environment(self) -> dict[str, str]:
        """Variables beside those that are set."""
        return {}

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = (self.place.work / f"{self.name}.log").open("wb")
        self.process = subprocess.Popen(
            self.command(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, env={**os.environ, **self.environment()}
        )
        log.close()
        end = time.monotonic() + START
        question = f"{self.url}?{urlencode({'query': 'ASK {}'})}"
        while self.process.poll() is None and time.monotonic() < end:
            try:
                with urlopen(question, timeout=30) as answer:
                    answer.read()
            except HTTPError:
                return
            except (URLError, OSError):
                time.sleep(0.2)
            else:
                return
        self.stop()
        raise MissingError(f"it didn't start; see {log.name}")

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None


class Zonekg(Peer):
    """Ours as it runs by default."""

    name = "zonekg"

    def prepare(self) -> None:
        """Load the data into a store, which the other one of ours has, too."""
        self.store = self.place.folder("zonekg.store")
        if not (self.store / "current").is_file():
            _run(*ZONEKG, "load", str(self.place.data), "--store", str(self.store))

    def command(self) -> list[str]:
        """`zonekg serve`."""
        return [*ZONEKG, "serve", "--store", str(self.store), "--port", str(self.port)]


class Uncached(Zonekg):
    """Ours without kept answers."""

    name = "zonekg, uncached"

    def environment(self) -> dict[str, str]:
        """The setting."""
        return {"ZONEKG_CACHE_MEMORY": "0"}


class Oxigraph(Peer):
    """Oxigraph's own server, in Rust (PyPI's ``oxigraph``)."""

    name = "oxigraph"
    path = "/query"

    def prepare(self) -> None:
        """Load the data."""
        self.program = _python_peers(self.place.work) / "oxigraph"
        self.store = self.place.folder("oxigraph")
        if not self.store.is_dir():
            _run(str(self.program), "load", "--location", f"{self.store}.new", "--file", str(self.place.data))
            _run(str(self.program), "optimize", "--location", f"{self.store}.new")  # Ours has its files merged, too.
            Path(f"{self.store}.new").rename(self.store)

    def command(self) -> list[str]:
        """Without its time-out, which keeps a thread a query."""
        return [
            *(str(self.program), "serve-read-only", "--location", str(self.store)),
            *("--bind", f"127.0.0.1:{self.port}", "--union-default-graph"),
        ]


class RdflibEndpoint(Peer):
    """rdflib-endpoint, the graph in memory."""

    name = "rdflib-endpoint"
    path = "/"

    def prepare(self) -> None:
        """It reads the data when it starts."""
        self.program = _python_peers(self.place.work) / "rdflib-endpoint"

    def command(self) -> list[str]:
        """As its README has it."""
        return [str(self.program), "serve", "--host", "127.0.0.1", "--port", str(self.port), str(self.place.data)]


class Fuseki(Peer):
    """Apache Jena Fuseki over TDB2."""

    name = "Fuseki"
    path = "/zones/query"

    def prepare(self) -> None:
        """Get the jar through Maven; load the data."""
        if shutil.which("java") is None:
            raise MissingError("no Java runtime")
        self.jar = self.place.work / "fuseki" / f"{FUSEKI.split(':')[1]}-{FUSEKI.split(':')[2]}.jar"
        if not self.jar.is_file():
            if shutil.which("mvn") is None:
                raise MissingError("no Maven to get it with")
            target = f"-DoutputDirectory={self.jar.parent}"
            _run("mvn", "-q", "-B", "dependency:copy", f"-Dartifact={FUSEKI}", target, "-Dmdep.useBaseVersion=true")
        store = self.place.folder("tdb2")
        if not store.is_dir():
            new = f"{store}.new"
            _run("java", "-cp", str(self.jar), "tdb2.tdbloader", "--loc", new, str(self.place.data))
            Path(new).rename(store)
        text = (self.place.harness / "peers" / "fuseki.ttl").read_text(encoding="utf-8")
        self.config = self.place.folder("fuseki.ttl")
        self.config.write_text(text.replace("TDBDIR", str(store)), encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """Where it writes what it wants to beside its data."""
        return {"FUSEKI_BASE": str(self.place.work / "fuseki")}

    def command(self) -> list[str]:
        """The main server, from the configuration beside the harness."""
        return ["java", "-jar", str(self.jar), "--localhost", "--port", str(self.port), "--config", str(self.config)]


class Virtuoso(Peer):
    """Virtuoso Open Source 7, from Debian."""

    name = "Virtuoso"

    def prepare(self) -> None:
        """Get the program; load the data."""
        self.program, self.isql = _virtuoso(self.place.work)
        self.folder = self.place.folder("virtuoso")
        is_new = not (self.folder / "loaded").is_file()
        if is_new:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
        (self.folder / "virtuoso.ini").write_text(_virtuoso_ini(self.folder, self.place.data, self.port), encoding="utf-8")
        if is_new:
            self.start()
            try:
                load = f"DB.DBA.TTLP_MT(file_open('{self.place.data}'), '', 'urn:none', 512, 2); checkpoint;"
                _run(str(self.isql), f"127.0.0.1:{self.port + 1000}", "dba", "dba", f"exec={load}", env=self.environment())
            finally:
                self.stop()
            (self.folder / "loaded").touch()

    def environment(self) -> dict[str, str]:
        """Where the libraries lie that were unpacked."""
        return {"LD_LIBRARY_PATH": f"{_unpacked(self.place.work)}/lib"} if _unpacked(self.place.work).is_dir() else {}

    def command(self) -> list[str]:
        """In the foreground."""
        return [str(self.program), "+foreground", "+configfile", str(self.folder / "virtuoso.ini")]


PEERS: tuple[type[Peer], ...] = (Zonekg, Uncached, Oxigraph, Fuseki, Virtuoso, RdflibEndpoint)


def _run(*command: str, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}, check=False
    )
    if done.returncode:
        last = done.stdout.decode(errors="replace").strip().splitlines()[-1:]
        raise MissingError(f"{Path(command[0]).name} failed: {' '.join(last)[:200]}")


def _python_peers(work: Path) -> Path:
    """The folder of their programs, in an environment that is made when it isn't there."""
    folder = work / "python"
    if not (folder / "made").is_file():
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PYTHON_PEERS)
        (folder / "made").touch()
    return folder / "bin"


def _unpacked(work: Path) -> Path:
    return work / "virtuoso-program"


def _virtuoso(work: Path) -> tuple[Path, Path]:
    """Its server and its client."""
    found = [shutil.which(name) for name in ("virtuoso-t", "isql-vt")]
    if found[0] and found[1]:
        return Path(found[0]), Path(found[1])
    folder = _unpacked(work)
    if not (folder / "made").is_file():
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            raise MissingError("no virtuoso-t, and no apt-get to get it with")
        folder.mkdir(parents=True, exist_ok=True)
        for package in ("virtuoso-opensource-7-bin", "libpcre3", "libwbxml2-1"):
            subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=False, capture_output=True)
        for package in folder.glob("*.deb"):
            _run("dpkg-deb", "-x", str(package), str(folder))
        (folder / "lib").mkdir(exist_ok=True)
        for library in folder.glob("**/*-linux-gnu/*.so*"):
            shutil.copy(library, folder / "lib" / library.name)
        (folder / "made").touch()
    server, client = folder / "usr/bin/virtuoso-t", folder / "usr/bin/isql-vt"
    if not server.is_file() or not client.is_file():
        raise MissingError("apt-get has no virtuoso-opensource-7-bin")
    return server, client


def _virtuoso_ini(folder: Path, data: Path, port: int) -> str:
    return f"""[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{port + 1000}
NumberOfBuffers = 100000
MaxDirtyBuffers = 60000
DirsAllowed = {data.parent}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 0
"""
