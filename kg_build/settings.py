"""Settings: one table, read from ``zonekg.toml``, then from the environment (``ZONEKG_…``), then from the command line.

The table below is the only list of settings: names, types, defaults and help text; the docs are generated from it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kg_build.errors import SettingsError

FILE_NAME = "zonekg.toml"
PREFIX = "ZONEKG_"
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def _setting(
    default: object,
    text: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    live: bool = False,
) -> Any:
    return field(default=default, metadata={"help": text, "low": low, "high": high, "choices": choices, "live": live})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. Times are seconds, sizes bytes; a list is a list in TOML, lines in the environment. Those
    marked as live change in a server that runs.
    """

    store: Path = _setting(Path("zonekg.store"), "Folder of the store.")  # noqa: RUF009
    base_iri: str = _setting("https://w3id.org/zonekg/id/", "What the IRIs of things begin with; ends in / or #.")
    pipeline: str = _setting("", "Installed spaCy pipeline to read with; empty: the one that ships.")
    second_opinion: str = _setting("", "Another analyser whose names are added: lac (needs zonekg[lac]); empty: none.")
    min_confidence: float = _setting(0.0, "What a page says with less confidence stays out of a build.", low=0, high=1)
    max_file_size: int = _setting(20_000_000, "Files larger than this are left unread, in bytes.", low=1)
    max_article_length: int = _setting(100_000, "Stories longer than this are left unread, in characters.", low=1)
    licence: str = _setting("", "IRI of the licence of the graph, told in its description; empty: none is told.")
    texts: bool = _setting(True, "Whether texts and quotes are served and exported.")
    judgements: Path = _setting(Path("zonekg.judgements.tsv"), "File of people's judgements about links.")  # noqa: RUF009
    link_cache: Path = _setting(Path("zonekg.link-cache"), "What `link` keeps of other servers' answers.")  # noqa: RUF009
    link_timeout: float = _setting(20.0, "Longest wait for another server that `link` asks, in seconds.", low=0.001)
    link_tables: tuple[str, ...] = _setting((), "Tables that `link` always takes, as with `--table`.")
    link_prefix: str = _setting("", "What stands before the ids of the tables, as with `--prefix`.")
    link_skos: tuple[str, ...] = _setting((), "RDF files with labels that `link` always takes, as with `--skos`.")
    link_services: tuple[str, ...] = _setting((), "Reconciliation services that `link` always asks, as with `--reconcile`.")
    link_endpoints: tuple[str, ...] = _setting(
        (), "SPARQL endpoints that `link` always asks, each as `URL QUERYFILE`, as with `--sparql`."
    )
    host: str = _setting("127.0.0.1", "Address that `serve` listens on.")
    port: int = _setting(8000, "Port that `serve` listens on.", low=0, high=65535)
    processes: bool = _setting(True, "Whether `serve` runs queries in processes of their own, which can be stopped.")
    workers: int = _setting(0, "Queries run at once, each in a process; 0: one more than processors.", low=0, high=256)
    long_queries: int = _setting(16, "Queries that run on beside these, put back, while others wait.", low=0, high=256)
    client_queries: int = _setting(12, "Queries of these that one client address may have.", low=0, high=256)
    queue_timeout: float = _setting(15.0, "Longest time that a query waits for its turn, in seconds.", low=0)
    worker_memory: int = _setting(0, "What a query may take, in bytes; 0: a share of the machine's memory.", low=0)
    threads: int = _setting(8, "Queries run at once where `processes` is off.", low=1, high=256)
    query_timeout: float = _setting(30.0, "Longest time for a query, in seconds.", low=0.001, live=True)
    cache_memory: int = _setting(64_000_000, "Answers that `serve` keeps to give again, in bytes; 0: none.", low=0)
    union_default_graph: bool = _setting(True, "Whether a query without a dataset sees the union of all graphs.")
    see_other: bool = _setting(False, "Whether a thing's address answers 303 to its document's, not the document itself.")
    cors_origins: str = _setting(
        "*", "Sites whose pages may ask, as https://HOST with spaces between; *: all; empty: none.", live=True
    )
    client_connections: int = _setting(
        0, "Connections that one client address may have open; 0: an eighth of all.", low=0, live=True
    )
    max_query_length: int = _setting(100_000, "Longest query, in characters.", low=1, live=True)
    hosts: str = _setting(
        "", "Names that requests may be for, with spaces between, .NAME for all below it; empty: any.", live=True
    )
    trusted_proxies: str = _setting("", "Networks whose X-Forwarded-… headers are believed, with spaces between.", live=True)
    log_format: str = _setting("json", "Log lines as JSON objects or as text.", choices=("json", "text"), live=True)
    log_file: str = _setting("", "File that `serve` logs to, opened again at SIGHUP; empty: standard error.", live=True)
    access_log: bool = _setting(True, "Whether every request is logged; errors and slow queries always are.", live=True)
    slow_query: float = _setting(5.0, "Longer queries are logged with their text, in seconds; 0: none.", low=0, live=True)
    metrics: str = _setting("local", "Who may read /metrics.", choices=("off", "local", "all"), live=True)
    stop_timeout: float = _setting(5.0, "What requests under way get before the server stops, in seconds.", low=0, live=True)
    service_hosts: str = _setting("", "Servers that SERVICE may ask, HOST or HOST:PORT with spaces between; empty: none.")
    service_timeout: float = _setting(10.0, "Longest time for the answer of another server, in seconds.", low=0.001)
    token_file: str = _setting("", "File of the tokens that allow writing; empty: STORE.tokens.json beside the store.")
    audit_log: str = _setting("", "File that tells who wrote what; empty: STORE.audit.jsonl beside the store.")
    update_timeout: float = _setting(60.0, "Longest time for an update or an upload, in seconds.", low=0.001)
    update_memory: int = _setting(0, "What an update may take, in bytes; 0: a share of the machine's memory.", low=0)
    max_update_length: int = _setting(1_000_000, "Longest update, in characters.", low=1)
    max_upload: int = _setting(100_000_000, "Largest body sent to /graphs, unpacked, in bytes.", low=1)
    reconcile_batch: int = _setting(100, "Most names, or things, in one request to `/reconcile`.", low=1, high=10_000)

    @classmethod
    def load(cls, directory: Path | None = None, environ: Mapping[str, str] | None = None, **given: object) -> Settings:
        """Read the settings: defaults, then the file in ``directory`` (default: the working one), environment, ``given``.

        Values of ``given`` that are None count as not given. Raises `SettingsError` for an unknown name or a bad value.
        """
        settings = cls()
        path = (directory or Path.cwd()) / FILE_NAME
        if path.is_file():
            try:
                table = tomllib.loads(path.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingsError(f"{path}: not TOML: {error}") from error
            settings = settings.with_values(table, str(path))
        environ = os.environ if environ is None else environ
        known = {f.name for f in fields(cls)}
        from_environment = {key[len(PREFIX) :].lower(): value for key, value in environ.items() if key.startswith(PREFIX)}
        # Other ZONEKG_ names (ZONEKG_CORPORA, ZONEKG_PAGES …) belong to recipes and tests, not to the program.
        settings = settings.with_values({k: v for k, v in from_environment.items() if k in known}, "environment")
        return settings.with_values({k: v for k, v in given.items() if v is not None}, "command line")

    def with_values(self, table: Mapping[str, object], where: str) -> Settings:
        """These settings with others over them; ``where`` names their source in errors."""
        known = {f.name: f for f in fields(self)}
        values: dict[str, object] = {}
        for name, value in table.items():
            if name not in known:
                raise SettingsError(f"{where}: no setting is called {name!r} (known: {', '.join(sorted(known))})")
            meta = known[name].metadata
            values[name] = _convert(name, value, getattr(self, name), where)
            number = values[name]
            if isinstance(number, int | float) and not isinstance(number, bool):
                low, high = meta["low"], meta["high"]
                if (low is not None and number < low) or (high is not None and number > high):
                    raise SettingsError(f"{where}: {name} is out of range: {value}")
            if meta["choices"] and number not in meta["choices"]:
                raise SettingsError(f"{where}: {name} is one of {', '.join(meta['choices'])}, not {value!r}")
        if isinstance(iri := values.get("base_iri", self.base_iri), str) and not (
            iri.startswith(("http://", "https://")) and iri.endswith(("/", "#"))
        ):
            raise SettingsError(f"{where}: base_iri must be an http(s) IRI that ends in / or #: {iri}")
        return replace(self, **values)  # type: ignore[arg-type]


def _convert(name: str, value: object, like: object, where: str) -> object:
    if isinstance(like, tuple):
        return _list(name, value, where)
    text = str(value).strip()
    try:
        if isinstance(like, bool):
            if text.lower() in TRUE | FALSE:
                return text.lower() in TRUE
            raise ValueError(text)
        if isinstance(like, Path):
            return Path(text)
        return type(like)(text)  # type: ignore[call-arg]
    except ValueError as error:
        raise SettingsError(f"{where}: {name}: not a valid value: {value!r}") from error


def _list(name: str, value: object, where: str) -> tuple[str, ...]:
    """A list of TOML, or a text with a line for each."""
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise SettingsError(f"{where}: {name}: not a list of texts: {value!r}")
    return tuple(line.strip() for line in lines if line.strip())
