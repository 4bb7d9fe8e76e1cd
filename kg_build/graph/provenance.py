"""The activity that made the claims: which version of the software read with which pipeline (PROV-O)."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from pyoxigraph import Literal, Quad

from kg_build.graph.quads import Graphs, Sink, iri
from kg_build.resolution.names import iri_name
from ontology.terms import PROV, RDF, RDFS, SCHEMA, XSD

SEPARATOR = " + "
"""Between the pipeline and a second opinion, where one was asked."""


def activity_iri(base_iri: str, version: str, pipeline: str) -> str:
    """The same for every build with one version and one pipeline (name and version, a second opinion's behind `SEPARATOR`)."""
    return f"{base_iri}activity/zonekg-{iri_name(version)}/{iri_name(pipeline.replace(' ', '-'))}"


def provenance_quads(base_iri: str, version: str, pipeline: str) -> list[Quad]:
    """Activity and software, for the claims' graph. A time is told only where SOURCE_DATE_EPOCH sets it."""
    sink = Sink(Graphs(base_iri)["claims"])
    activity = activity_iri(base_iri, version, pipeline)
    for software in (f"zonekg {version}", *pipeline.split(SEPARATOR)):
        name, number = software.rsplit(" ", 1)[0], software.rsplit(" ", 1)[-1]
        agent = f"{base_iri}software/{iri_name(name)}-{iri_name(number)}"
        sink.add(agent, RDF.type, PROV.SoftwareAgent)
        sink.add(agent, RDFS.label, Literal(f"{name} {number}"))
        sink.add(agent, SCHEMA.softwareVersion, Literal(number))
        sink.add(activity, PROV.wasAssociatedWith, agent)
    sink.add(activity, RDF.type, PROV.Activity)
    sink.add(activity, RDFS.label, Literal(f"zonekg {version}, {pipeline}"))
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        when = datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        sink.add(activity, PROV.endedAtTime, Literal(when, datatype=iri(XSD.dateTime)))
    return sink.quads
