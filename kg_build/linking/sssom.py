"""Links as SSSOM, the Simple Standard for Sharing Ontological Mappings: a table with its metadata in front.

https://mapping-commons.github.io/sssom/spec-formats-tsv/, version 1.0 of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import yaml

from kg_build.graph.quads import Graphs
from kg_build.linking.gazetteers.base import Source
from kg_build.linking.gazetteers.divisions import catalogue
from kg_build.linking.gazetteers.geonames import NAMESPACE
from kg_build.linking.model import Link
from ontology.terms import OWL, SKOS, ZONE

COLUMNS = (
    "subject_id",
    "subject_label",
    "subject_category",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "object_source",
    "object_source_version",
    "match_string",
    "reviewer_label",
    "mapping_date",
    "comment",
)
_SAFE = ":/?#[]@!$&'()*+,;=%-._~"
"""What stays as it is in a URI: RFC 3986, reserved and unreserved, and what is encoded already."""
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Of the set of mappings (GeoNames asks for attribution)."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A pair that a person said is not the same."""

    subject: str
    object: str
    who: str
    when: str
    label: str
    type: str


def write_sssom(
    links: Iterable[Link], denials: Iterable[Denial], sources: Mapping[str, Source], base_iri: str, version: str
) -> str:
    """The table as text: metadata, header, rows sorted by subject, object and property."""
    prefixes = _prefixes(base_iri)
    rows = sorted([_row(link, sources[link.gazetteer], prefixes) for link in links] + [_denied(d, prefixes) for d in denials])
    lines = [f"# {line}".rstrip() for line in _metadata(sources, prefixes, base_iri, version)]
    lines.append("\t".join(COLUMNS))
    lines.extend("\t".join(row) for row in rows)
    return "\n".join(lines) + "\n"


def _prefixes(base_iri: str) -> dict[str, str]:
    """The prefixes of the file, those that begin longest first."""
    own = {
        "gbt2260": f"{catalogue(base_iri, 'gbt2260')}/",
        "zones": f"{catalogue(base_iri, 'zones')}/",
        "zonekg": base_iri,
        "zone": ZONE.iri,
        "geonames": NAMESPACE,
        "wikidata": "http://www.wikidata.org/entity/",
        "skos": SKOS.iri,
        "owl": OWL.iri,
        "semapv": "https://w3id.org/semapv/vocab/",
    }
    return dict(sorted(own.items(), key=lambda item: (-len(item[1]), item[0])))


def _metadata(sources: Mapping[str, Source], prefixes: Mapping[str, str], base_iri: str, version: str) -> list[str]:
    graph = Graphs(base_iri)["links"]
    data = {
        "curie_map": dict(sorted(prefixes.items())),
        "mapping_set_id": graph,
        "mapping_set_title": "Links of a zonekg store",
        "mapping_set_description": "Decided by zonekg link; sources: "
        + "; ".join(f"{s.title} ({s.licence})" if s.licence else s.title for _, s in sorted(sources.items())),
        "license": LICENCE,
        "mapping_tool": "zonekg link",
        "mapping_tool_version": version,
        "subject_source": base_iri,
    }
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000).splitlines()


def _row(link: Link, source: Source, prefixes: Mapping[str, str]) -> tuple[str, ...]:
    return _cells(
        subject_id=curie(link.subject, prefixes),
        subject_label=link.subject_label,
        subject_category=f"zone:{link.subject_type}",
        predicate_id=link.predicate,
        object_id=curie(link.object, prefixes),
        object_label=link.object_label,
        mapping_justification=link.justification,
        confidence=f"{link.confidence:g}",
        object_source=source.iri,
        object_source_version=source.version,
        match_string=link.match,
        reviewer_label=link.reviewer,
        mapping_date=link.reviewed,
        comment=link.why,
    )


def _denied(denial: Denial, prefixes: Mapping[str, str]) -> tuple[str, ...]:
    return _cells(
        subject_id=curie(denial.subject, prefixes),
        subject_label=denial.label,
        subject_category=f"zone:{denial.type}",
        predicate_id="skos:exactMatch",
        predicate_modifier="Not",
        object_id=curie(denial.object, prefixes),
        mapping_justification="semapv:ManualMappingCuration",
        reviewer_label=denial.who,
        mapping_date=denial.when,
    )


def _cells(**cells: str) -> tuple[str, ...]:
    return tuple(" ".join(cells.get(column, "").split()) for column in COLUMNS)


def curie(iri: str, prefixes: Mapping[str, str]) -> str:
    """The IRI with the longest prefix that fits; itself where none does.

    SSSOM's references are URIs: what only an IRI can hold is percent-encoded (RFC 3987, section 3.1); the labels say it plainly.
    """
    iri = quote(iri, safe=_SAFE)
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
