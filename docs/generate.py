# ruff: noqa: INP001 - a script beside the pages that it writes
"""Writes the pages that are made from the project itself: ``python docs/generate.py`` (``--check`` only compares).

- ``ontology.md`` from the ontology's files;
- ``cookbook.md`` from ``queries/*.rq`` and the answers in ``queries/expected.yaml``;
- ``reference.md`` from the commands, the settings, the errors and the routes;
- ``api.md`` from the OpenAPI document.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import yaml

from endpoint.api.document import document
from endpoint.app import create_app
from endpoint.errors import MEDIA_TYPE
from kg_build.cli import COMMANDS
from kg_build.errors import ZonekgError
from kg_build.settings import PREFIX, Settings
from ontology.reference import render_markdown

DOCS = Path(__file__).resolve().parent
QUERIES = DOCS / "queries"
WIDTH = 100
"""Columns of the help texts."""
CHAPTERS = {
    "Zones and places": "zones zones-of-province place-chain",
    "Figures": """figures-of-year time-series investment-growth targets-and-results open-targets falling-figures rankings
        contradicting-figures""",
    "Projects and investment": "projects-latest-status project-history largest-projects investment-by-zone",
    "Posts": "posts-over-time office-on-a-day executives",
    "Honours": "honours-by-level national-honours",
    "Industries and enterprises": """enterprises-in-industry lead-industries industries-gbt4754 same-industry cooperation
        ownership names""",
    "Search": "search-names search-quotes",
    "Articles and evidence": """articles-of-zone authors changes evidence two-witnesses low-confidence rules zone-as-graph
        for-protege""",
}
"""The queries in the order of the page."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query file: its name, its question in both languages, a note, and the SPARQL text with the prefixes."""

    name: str
    zh: str
    en: str
    note: str
    text: str


def read_query(path: Path) -> Query:
    """Read a file whose first lines are ``# zh:``, ``# en:`` and, where there is something to say, ``# note:``."""
    head: dict[str, str] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    while lines and lines[0].startswith("# "):
        key, _, value = lines.pop(0).removeprefix("# ").partition(": ")
        head[key] = value
    if missing := {"zh", "en"} - set(head):
        raise ValueError(f"{path.name}: no {' and no '.join(sorted(missing))} question")
    return Query(path.stem, head["zh"], head["en"], head.get("note", ""), "\n".join(lines))


def expected() -> dict[str, list[list[str]]]:
    """Query → rows that must be among its answers, ``*`` standing for anything."""
    found: dict[str, list[list[str]]] = yaml.safe_load((QUERIES / "expected.yaml").read_text(encoding="utf-8"))
    return found


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table."""
    names = list(head)
    yield f"| {' | '.join(names)} |"
    yield f"| {' | '.join('---' for _ in names)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def variables(query: str) -> list[str]:
    """The names of a SELECT query's columns, in order."""
    head = query[query.index("SELECT") : query.index(" WHERE")].replace("SELECT", "").replace("DISTINCT", "")
    names: list[str] = []
    depth = 0
    words = head.replace("(", " ( ").replace(")", " ) ").split()
    for before, word in zip(["", *words], words, strict=False):
        depth += (word == "(") - (word == ")")
        if word.startswith("?") and (depth == 0 or before == "AS"):
            names.append(word[1:])
    return names


def cookbook() -> str:
    """The page of queries."""
    answers = expected()
    lines = [
        "# Query cookbook",
        "",
        "Questions that people ask of such a graph, each with a query that answers it. The files stand in `docs/queries`;",
        "the tests run each of them on the graph of `seeds/articles` and check the answers shown here.",
        "",
        "```sh",
        "zonekg query docs/queries/investment-growth.rq",
        "zonekg query docs/queries/investment-growth.rq --format csv > growth.csv",
        "```",
        "",
        "The same text can be sent to `/sparql` or typed into the page at `/sparql`.",
        "",
        "Good to know:",
        "",
        "- A query sees the union of all graphs. A statement that three articles make stands in three graphs, so most queries",
        "  say `SELECT DISTINCT`, and sums and counts have an inner `SELECT DISTINCT`.",
        "- `GRAPH ?article { … }` asks what one article says. The graph's name is the article's IRI.",
        "- Figures are `xsd:decimal` in base units (元, not 亿元). Compare them with `FILTER`, not by writing the number as a",
        "  term.",
        '- Dates are `xsd:date`: `"2023-01-01"^^xsd:date`.',
        '- Names are Chinese text, `"青岚经济技术开发区"@zh`. Only the canonical name is `skos:prefLabel`; to find a thing by',
        "  any of its names ask `skos:prefLabel|skos:altLabel`.",
        "- Targets (`zone:isTarget true`) are no results. Leave them out with `FILTER NOT EXISTS`.",
        "- An honour may have no level, a figure no period, an article no date: put those into `OPTIONAL`.",
        "",
        "Answers below are a part of the rows; `*` stands for a value that isn't shown.",
        "",
    ]
    for chapter, names in CHAPTERS.items():
        lines += [f"## {chapter}", ""]
        for name in names.split():
            query = read_query(QUERIES / f"{name}.rq")
            lines += [f"### {query.en}", "", query.zh, ""]
            if query.note:
                lines += [query.note, ""]
            lines += [f"`docs/queries/{name}.rq`", "", "```sparql", query.text, "```", ""]
            if name in answers:
                rows = [["*" if cell == "*" else cell for cell in row] for row in answers[name]]
                lines += [*table(variables(query.text), rows), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def help_text(name: str) -> str:
    """What ``zonekg NAME --help`` prints."""
    command: click.Command = import_module(f"kg_build.cli.{name}").command
    context = click.Context(
        command, info_name=f"zonekg {name}", terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=["-h", "--help"]
    )
    lines = [command.get_help(context)]
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        inner = click.Context(
            below, context, f"{below.name}", terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=["-h", "--help"]
        )
        lines.append(below.get_help(inner))
    return "\n\n".join(lines)


def setting_rows() -> Iterator[list[str]]:
    """Name, environment variable, default, range, help, and whether it can change while the server runs, of each setting."""
    for one in fields(Settings):
        low, high = one.metadata["low"], one.metadata["high"]
        limits = f"from {low:g}" if high is None and low is not None else f"{low:g} to {high:g}" if high is not None else ""
        limits = ", ".join(one.metadata["choices"]) or limits
        default = "" if one.default is MISSING else one.default
        shown = str(default).lower() if isinstance(default, bool) else "" if default == () else str(default)
        yield [
            f"`{one.name}`",
            f"`{PREFIX}{one.name.upper()}`",
            f"`{shown}`" if shown else "(empty)",
            limits,
            one.metadata["help"],
            "yes" if one.metadata["live"] else "",
        ]


def error_classes(base: type[ZonekgError] = ZonekgError) -> Iterator[type[ZonekgError]]:
    """The tree of errors, each before its subclasses."""
    yield base
    for below in base.__subclasses__():
        if below.__module__ == base.__module__:
            yield from error_classes(below)


def first_sentence(error: type[ZonekgError]) -> str:
    """What an error means, without what its docstring says of its attributes."""
    return (error.__doc__ or "").split(" ``")[0].strip().split("\n\n")[0].replace("\n", " ")


def route_rows() -> Iterator[list[str]]:
    """Path, methods and first line of the docstring of each route."""
    app = create_app(Settings())
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule):
        if rule.endpoint.endswith("static"):
            yield [f"`{rule.rule}`", "GET", "Style sheets and scripts of the pages."]
            continue
        view: Callable[..., Any] = app.view_functions[rule.endpoint]
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        yield [f"`{rule.rule}`", methods, (view.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")]


def reference() -> str:
    """Commands, settings, exit codes, routes."""
    lines = [
        "# Settings and commands",
        "",
        "This page is made from the program itself (`python docs/generate.py`).",
        "",
        "## Commands",
        "",
        *table(["Command", "What it does"], ([f"[`zonekg {name}`](#zonekg-{name})", text] for name, text in COMMANDS.items())),
        "",
        "`zonekg --version` prints the version. Every command has `--help`. A command exits with 0 only when it did its work.",
        "",
    ]
    for name in COMMANDS:
        lines += [f"### zonekg {name}", "", "```text", help_text(name), "```", ""]
    lines += [
        "## Settings",
        "",
        "A setting stands in `zonekg.toml` in the working folder, in the environment, or on the command line; the later goes",
        "over the earlier. An unknown name in the file and a value out of range are errors. Settings of several files or",
        'servers are lists in the file (`link_tables = ["firms.csv"]`), and a line each in the environment.',
        "",
        "```toml",
        'store = "/var/lib/zonekg/store"',
        'base_iri = "https://data.example.org/id/"',
        "query_timeout = 10",
        "texts = false",
        "```",
        "",
        *table(["Setting", "Environment", "Default", "Range", "Meaning", "SIGHUP"], setting_rows()),
        "",
        "Where SIGHUP says yes, a running `zonekg serve` takes the new value when it gets that signal.",
        "",
        "The environment also names folders for recipes and tests, which are no settings of the program: `ZONEKG_CORPORA`",
        "(corpora to train the language model from), `ZONEKG_PAGES`, `ZONEKG_GOLD`, `ZONEKG_CONFORMANCE` and `ZONEKG_BENCH`",
        "(pages, annotations, test suites, and the harness of [performance](performance.md)).",
        "`SOURCE_DATE_EPOCH` sets the build's date where one is written.",
        "",
        "## Exit codes",
        "",
        *table(
            ["Code", "Error", "Meaning"],
            [
                ["0", "", "The command did its work."],
                *(
                    [str(error.exit_code), f"`{error.__name__}`", first_sentence(error)]
                    for error in sorted(error_classes(), key=lambda e: e.exit_code)
                ),
            ],
        ),
        "",
        "A wrong option or argument exits with 2, as the library of the command line does. An error is one line on standard",
        "error that begins with `zonekg:` and names the file where there is one. Where the reader of a pipe goes before the end",
        "(`zonekg export | head`), the rest is not written and the code is not 0.",
        "",
        "## Routes",
        "",
        "What `zonekg serve` answers. [Endpoint](endpoint.md) tells how, [HTTP API](api.md) names parameters and statuses.",
        "",
        *table(["Path", "Methods", "What"], route_rows()),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def api() -> str:
    """The routes with their parameters, formats and statuses."""
    described = document()
    parameters, responses = described["components"]["parameters"], described["components"]["responses"]
    lines = [
        "# HTTP API",
        "",
        "This page is made from the OpenAPI 3.1 document that a server has at `/openapi.json` (`python docs/generate.py`).",
        "[Endpoint](endpoint.md) tells the same in words, with examples.",
        "",
        "HEAD goes wherever GET does. OPTIONS goes everywhere. Errors are problem documents (`application/problem+json`).",
        "",
    ]
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            lines += [f"## {method.upper()} `{path}`", "", one["summary"], ""]
            named = [parameters[given["$ref"].rpartition("/")[2]] for given in one.get("parameters", ())]
            if named:
                rows = ([f"`{p['name']}`", p["in"], p["description"]] for p in named)
                lines += [*table(["Parameter", "in", "What"], rows), ""]
            if body := one.get("requestBody"):
                lines += [f"Body: {', '.join(f'`{name}`' for name in body['content'])}", ""]
            rows = []
            for status, answer in one["responses"].items():
                found = responses[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
                formats = ", ".join(f"`{name}`" for name in found.get("content", {}) if name != MEDIA_TYPE)
                rows.append([status, f"{found['description'].rstrip('.')}{': ' if formats else '.'}{formats}"])
            lines += [*table(["Status", "What"], rows), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "ontology.md": render_markdown,
    "cookbook.md": cookbook,
    "reference.md": reference,
    "api.md": api,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` only tell which are stale."""
    stale = []
    for name, make in PAGES.items():
        path = DOCS / name
        text = make()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                path.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{'stale' if '--check' in arguments else 'written'}: {', '.join(stale) or 'none'}\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
