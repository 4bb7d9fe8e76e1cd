"""``zonekg link``."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from kg_build.cli.options import progress, settings, store_option
from kg_build.errors import SettingsError

if TYPE_CHECKING:
    from kg_build.linking.gazetteers import Gazetteer
    from kg_build.linking.model import Decision
    from kg_build.linking.run import LinkReport, Plan
    from kg_build.settings import Settings

BUILT_IN = ("divisions", "zones", "geonames", "industries")
Item = TypeVar("Item")
OPEN_PATH = click.Path(path_type=Path, exists=True, dir_okay=False)


@dataclass(frozen=True, slots=True)
class _Sources:
    """What the options name."""

    gazetteers: tuple[str, ...]
    tables: tuple[Path, ...]
    prefix: str
    skos: tuple[Path, ...]
    services: tuple[str, ...]
    endpoints: tuple[tuple[str, Path], ...]


@click.command("link")
@store_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the links as SSSOM (TSV) there  [default: FOLDER.sssom.tsv beside the store]",
)
@click.option(
    "-g", "--gazetteer", "gazetteers", multiple=True, type=click.Choice(BUILT_IN), help="Only these of the built-in ones; repeat."
)
@click.option("--table", "tables", multiple=True, type=OPEN_PATH, metavar="CSV", help="A table of yours with a column of names.")
@click.option("--prefix", default="", metavar="IRI", help="What stands before the ids of the tables.")
@click.option("--skos", multiple=True, type=OPEN_PATH, metavar="FILE", help="A SKOS vocabulary or other RDF file with labels.")
@click.option(
    "--reconcile", "services", multiple=True, metavar="URL", help="A W3C reconciliation service; asked over the network."
)
@click.option(
    "--sparql",
    "endpoints",
    multiple=True,
    type=(str, OPEN_PATH),
    metavar="URL QUERY",
    help="A SPARQL endpoint and the file of a query with %names%; asked over the network.",
)
@click.option("--rules", type=OPEN_PATH, metavar="FILE", help="Points and thresholds of yours (see docs/linking.md).")
@click.option("--judgements", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="People's judgements.")
@click.option("--review", is_flag=True, help="List what can't be told, with the candidates; write nothing.")
@click.option("--judge", is_flag=True, help="Ask about each of these, keep the answers as judgements, then link.")
@click.option("--who", metavar="NAME", help="Whose judgements they are  [default: the user's name]")
@click.option("--dry-run", is_flag=True, help="Tell what would be linked; write nothing.")
@click.option(
    "--cases", multiple=True, type=OPEN_PATH, metavar="CSV", help="Measure on hand-decided cases instead; needs no store."
)
def command(
    store: Path | None,
    output: Path | None,
    gazetteers: tuple[str, ...],
    tables: tuple[Path, ...],
    prefix: str,
    skos: tuple[Path, ...],
    services: tuple[str, ...],
    endpoints: tuple[tuple[str, Path], ...],
    rules: Path | None,
    judgements: Path | None,
    review: bool,
    judge: bool,
    who: str | None,
    dry_run: bool,
    cases: tuple[Path, ...],
) -> None:
    """Link places, zones, industries, enterprises and institutions to gazetteers; what can't be told is left for review.

    \b
    zonekg link
    zonekg link --judge
    zonekg link --table firms.csv --prefix https://example.org/firm/
    zonekg link --reconcile https://wikidata.reconci.link/zh/api
    """
    chosen = settings(store=store, judgements=judgements)
    if cases:
        _measure(cases, tables, rules, chosen)
        return
    sources = _with_settings(_Sources(gazetteers, tables, prefix, skos, services, endpoints), chosen)
    plan = _plan(sources, rules, chosen)
    from kg_build.linking.run import link

    if judge:
        plan = _judged(plan, chosen, who)
    report = link(chosen, plan, dry_run=dry_run or review, progress=progress())
    if review:
        _review(report)
        return
    _tell(report, chosen)
    if not dry_run:
        _write(report, chosen, output)


def _with_settings(given: _Sources, chosen: Settings) -> _Sources:
    """What the settings name, then what the options do; each once. Raises `SettingsError` for a file that isn't there."""
    endpoints = []
    for line in chosen.link_endpoints:
        url, _, query = line.partition(" ")
        if not query.strip():
            raise SettingsError(f"link_endpoints: not a URL and the file of a query: {line}")
        endpoints.append((url, _file("link_endpoints", query.strip())))
    return replace(
        given,
        tables=_once(*(_file("link_tables", name) for name in chosen.link_tables), *given.tables),
        prefix=given.prefix or chosen.link_prefix,
        skos=_once(*(_file("link_skos", name) for name in chosen.link_skos), *given.skos),
        services=_once(*chosen.link_services, *given.services),
        endpoints=_once(*endpoints, *given.endpoints),
    )


def _once(*items: Item) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(items))


def _file(setting: str, name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise SettingsError(f"{setting}: no file: {name}")
    return path


def _plan(sources: _Sources, rules: Path | None, chosen: Settings) -> Plan:
    from kg_build.linking import rules as points
    from kg_build.linking.judgements import Judgements
    from kg_build.linking.run import Plan

    return Plan(
        gazetteers=_gazetteers(sources, chosen),
        rules=points.read_rules(rules) if rules else points.rules(),
        judgements=Judgements.read(chosen.judgements),
        base_iri=chosen.base_iri,
    )


def _gazetteers(sources: _Sources, chosen: Settings) -> list[Gazetteer]:
    from kg_build.linking.gazetteers.divisions import Divisions
    from kg_build.linking.gazetteers.geonames import GeoNames
    from kg_build.linking.gazetteers.industries import Industries
    from kg_build.linking.gazetteers.skos import Skos
    from kg_build.linking.gazetteers.zones import Zones

    base = chosen.base_iri
    built_in: dict[str, Gazetteer] = {
        "divisions": Divisions(base),
        "zones": Zones(base),
        "geonames": GeoNames(),
        "industries": Industries(),
    }
    found = [built_in[name] for name in BUILT_IN if name in sources.gazetteers or not sources.gazetteers]
    found.extend(_tables(sources.tables, sources.prefix))
    found.extend(Skos(path) for path in sources.skos)
    if sources.services or sources.endpoints:
        found.extend(_asked(sources, chosen))
    return found


def _tables(paths: tuple[Path, ...], prefix: str) -> list[Gazetteer]:
    """The user's tables; what is wrong with single lines is told."""
    from kg_build.linking.gazetteers.table import Table

    found: list[Gazetteer] = []
    for path in paths:
        table = Table(path, prefix)
        for remark in table.remarks:
            click.echo(f"zonekg: {path}, line {remark.line}: {remark.text}", err=True)
        found.append(table)
    return found


def _asked(sources: _Sources, chosen: Settings) -> list[Gazetteer]:
    """The gazetteers that are asked over the network."""
    from kg_build.linking.gazetteers.reconciliation import Reconciliation
    from kg_build.linking.gazetteers.sparql import Endpoint
    from kg_build.linking.web import Manners, Web

    web = Web(Manners(cache=chosen.link_cache, timeout=chosen.link_timeout))
    return [
        *(Reconciliation(url, web) for url in sources.services),
        *(Endpoint(url, query, web) for url, query in sources.endpoints),
    ]


def _judged(plan: Plan, chosen: Settings, who: str | None) -> Plan:
    """Ask about what can't be told; the plan with the answers, which are written after each."""
    from kg_build.linking.review import judge, lines
    from kg_build.linking.run import link

    name, when = who or getpass.getuser(), _today()
    open_ = [d for d in link(chosen, plan, dry_run=True, progress=progress()).review if not _asked_before(d, plan)]
    for number, decision in enumerate(open_, start=1):
        click.echo(f"{number} of {len(open_)}: " + "\n".join(lines(decision)))
        while True:
            answer = click.prompt("number, n(one of them), u(nsure), s(kip), q(uit)", default="s", show_default=True)
            if answer in ("s", "q") or judge(decision, answer, name, when, plan.judgements):
                break
        if answer == "q":
            break
        if answer != "s":
            plan.judgements.write(chosen.judgements)
    return replace(plan)


def _asked_before(decision: Decision, plan: Plan) -> bool:
    return bool(plan.judgements.of(decision.thing.iri).keys() & {s.candidate.iri for s in decision.ranked})


def _today() -> date:
    """The day; ``SOURCE_DATE_EPOCH`` sets it."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)).date()


def _review(report: LinkReport) -> None:
    from kg_build.linking.review import lines

    for decision in report.review:
        click.echo("\n".join(lines(decision)))
    if report.review:
        click.echo(f"{len(report.review)} for review; decide them with: zonekg link --judge, and the same tables and servers")
    else:
        click.echo("nothing for review in what is named here and in the settings")


def _tell(report: LinkReport, chosen: Settings) -> None:
    from kg_build.linking.model import Status

    for name, counts in report.counts.items():
        click.echo(f"{name}: {counts[Status.LINKED]} linked, {counts[Status.REVIEW]} for review, {counts[Status.NONE]} not in it")
    if report.unknown:
        click.echo(f"zonekg: {report.unknown} judgements are about things that the store doesn't have", err=True)
    state = "changed" if report.changed else "as it was"
    click.echo(f"{chosen.store}: {report.things} things, {len(report.links)} links; {state}")


def _write(report: LinkReport, chosen: Settings, output: Path | None) -> None:
    from kg_build.build import software_version
    from kg_build.exchange.output import new_file
    from kg_build.linking.sssom import write_sssom

    path = output or chosen.store.with_name(f"{chosen.store.name}.sssom.tsv")
    text = write_sssom(report.links, report.denials, report.sources, chosen.base_iri, software_version())
    with new_file(path, durable=True) as file:
        file.write(text.encode())
    click.echo(f"{path}: {len(report.links) + len(report.denials)} mappings (SSSOM)")


def _measure(cases: tuple[Path, ...], tables: tuple[Path, ...], rules: Path | None, chosen: Settings) -> None:
    from kg_build.linking import rules as points
    from kg_build.linking.cases import answer, count, read_cases, wrong

    used = points.read_rules(rules) if rules else points.rules()
    records = _tables(tables, "")
    for path in cases:
        answers = answer(read_cases(path), chosen.base_iri, used, records)
        for kind in (*sorted({a.case.thing.type for a in answers}), "all"):
            score = count(a for a in answers if kind in (a.case.thing.type, "all"))
            click.echo(
                f"{path.name} {kind}: precision {score.precision:.3f} ({score.right} of {score.linked}), "
                f"recall {score.recall:.3f} ({score.right} of {score.answerable}), {score.cases} cases"
            )
        for text in wrong(answers):
            click.echo(f"  {text}")
