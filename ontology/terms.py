"""Namespaces and names, as plain strings, and where the ontology's files lie.

Every name of `ZONE` stands in ``zone.ttl`` and the other way round (a test checks both directions). A name that is not
listed raises `AttributeError` or `KeyError`, so a misspelt property can't reach the graph::

    ZONE.locatedIn       # 'https://w3id.org/zonekg/ontology#locatedIn'
    ZONE["locatedIn"]    # the same, for names that come from data
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final


class Namespace:
    """A namespace IRI with the local names that the project uses of it."""

    def __init__(self, iri: str, names: str) -> None:
        """Take the IRI, which ends in ``#`` or ``/``, and the names, parted by white space."""
        self.iri = iri
        self._names = {name: iri + name for name in names.split()}
        # As attributes they are found without a call, a million times a build.
        self.__dict__.update(self._names)

    def __getattr__(self, name: str) -> str:
        """The IRI of a listed name; what isn't listed comes here."""
        raise AttributeError(f"{self.iri} has no {name!r} here")

    def __getitem__(self, name: str) -> str:
        """The IRI of a listed name that comes from data; `KeyError` for any other."""
        return self._names[name]

    def __contains__(self, name: object) -> bool:
        """Whether the local name is listed."""
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        """The local names, in the order in which they are listed."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many names are listed."""
        return len(self._names)

    def local(self, iri: str) -> str | None:
        """The local name of a listed IRI; None for any other."""
        name = iri.removeprefix(self.iri)
        return name if self._names.get(name) == iri else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ONTOLOGY: Final = "https://w3id.org/zonekg/ontology"
"""The ontology's IRI, and the name of the graph that holds it."""
VERSION: Final = "0.1.0"
VERSION_IRI: Final = f"{ONTOLOGY}/{VERSION}"

CORE_CLASSES: Final = _words(
    """Zone Park Enterprise Institution Project Person Official Post Industry Place Honour Observation Indicator Article
    Claim"""
)
"""Classes of which a node carries one itself, whatever subclass it has besides."""
ZONE_SUBCLASSES: Final = _words(
    """AdvancedManufacturingZone AgriculturalHighTechZone AirportEconomicZone BondedZone BorderCooperationZone
    ComprehensiveBondedZone DemonstrationZone
    EconomicCooperationZone EconomicDevelopmentZone FreeTradeZone HighTechZone IndustrialClusterZone IndustrialZone
    InnovationDemonstrationZone ModernServiceZone NewArea TourismResortZone"""
)
VALUE_CLASSES: Final = ("HonourLevel", "ProjectStatus")
"""Classes whose members the ontology lists."""
CLASSES: Final = CORE_CLASSES + ZONE_SUBCLASSES + VALUE_CLASSES

OBJECT_PROPERTIES: Final = _words(
    """locatedIn within undertakenBy investsIn foundedBy subsidiaryOf cooperatesWith developsIndustry leadIndustry inIndustry
    officialOf postHolder postIn honouredAs honourLevel status observedEntity indicator mentionedIn"""
)
DATATYPE_PROPERTIES: Final = _words(
    """postTitle postFrom postUntil postSeen totalInvestment totalInvestmentAmount currency value unit growthRate isShare rank
    periodStart periodEnd periodText isTarget divisionCode sourceFile quote context rule confidence"""
)
PROPERTIES: Final = OBJECT_PROPERTIES + DATATYPE_PROPERTIES

STATUSES: Final = ("planned", "signed", "underConstruction", "completed", "stalled")
HONOUR_LEVELS: Final = ("internationalLevel", "nationalLevel", "provincialLevel", "municipalLevel", "countyLevel")
SCHEMES: Final = ("gbt4754", "honourScheme", "indicatorScheme", "industryScheme", "projectStatusScheme")
CUBE: Final = ("observationDataSet", "observationStructure")
INDIVIDUALS: Final = STATUSES + HONOUR_LEVELS + SCHEMES + CUBE

ZONE: Final = Namespace(f"{ONTOLOGY}#", " ".join(CLASSES + PROPERTIES + INDIVIDUALS))
GBT: Final = f"{ZONE.iri}gbt4754-"
"""What the IRIs of GB/T 4754 classes begin with; a section's letter, a division's two or a group's three digits follow."""
SHAPES: Final = f"{ONTOLOGY}/shapes#"
"""Namespace of the shapes of ``shapes.ttl``."""

RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type Statement subject predicate object langString")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#", "label comment isDefinedBy seeAlso subClassOf")
OWL: Final = Namespace(
    "http://www.w3.org/2002/07/owl#", "AnnotationProperty Class Ontology Thing differentFrom imports sameAs versionInfo"
)
XSD: Final = Namespace(
    "http://www.w3.org/2001/XMLSchema#",
    "boolean date dateTime decimal integer nonNegativeInteger string anyURI gYear gYearMonth",
)
SKOS: Final = Namespace(
    "http://www.w3.org/2004/02/skos/core#",
    """Concept ConceptScheme prefLabel altLabel hiddenLabel notation inScheme hasTopConcept topConceptOf broader narrower
    exactMatch closeMatch broadMatch narrowMatch relatedMatch definition example""",
)
SCHEMA: Final = Namespace(
    "https://schema.org/",
    """Place Organization Project Person NewsArticle author datePublished publisher name softwareVersion url""",
)
DCTERMS: Final = Namespace(
    "http://purl.org/dc/terms/",
    """title publisher creator created description identifier isReplacedBy license modified source rights conformsTo temporal
    PeriodOfTime hasVersion language""",
)
PROV: Final = Namespace(
    "http://www.w3.org/ns/prov#",
    """Entity Activity Agent SoftwareAgent wasDerivedFrom wasGeneratedBy wasAssociatedWith wasAttributedTo used
    startedAtTime endedAtTime generatedAtTime""",
)
OA: Final = Namespace(
    "http://www.w3.org/ns/oa#",
    "hasSelector TextPositionSelector TextQuoteSelector start end exact prefix suffix",
)
ORG: Final = Namespace("http://www.w3.org/ns/org#", "Organization FormalOrganization Membership member organization")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/", "Person name homepage primaryTopic")
QB: Final = Namespace(
    "http://purl.org/linked-data/cube#",
    "Observation DataSet DataStructureDefinition dataSet structure component dimension measure attribute",
)
GEO: Final = Namespace("http://www.opengis.net/ont/geosparql#", "Feature Geometry hasGeometry asWKT wktLiteral sfWithin")
WGS: Final = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#", "lat long")
SF: Final = Namespace("http://www.opengis.net/ont/sf#", "Point Polygon MultiPolygon")
VANN: Final = Namespace("http://purl.org/vocab/vann/", "preferredNamespacePrefix preferredNamespaceUri")

VOID: Final = Namespace(
    "http://rdfs.org/ns/void#",
    """Dataset DatasetDescription Linkset class classPartition classes dataDump distinctSubjects documents entities
    exampleResource feature linkPredicate objectsTarget properties property propertyPartition sparqlEndpoint
    subjectsTarget subset triples uriSpace vocabulary""",
)
DCAT: Final = Namespace(
    "http://www.w3.org/ns/dcat#",
    """DataService Dataset Distribution accessService accessURL compressFormat distribution downloadURL endDate
    endpointDescription endpointURL landingPage mediaType packageFormat servesDataset startDate""",
)
SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#", "Service Dataset Graph NamedGraph")

PREFIXES: Final[dict[str, str]] = {
    "dcat": DCAT.iri,
    "dcterms": DCTERMS.iri,
    "foaf": FOAF.iri,
    "geo": GEO.iri,
    "oa": OA.iri,
    "org": ORG.iri,
    "owl": OWL.iri,
    "prov": PROV.iri,
    "qb": QB.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "schema": SCHEMA.iri,
    "sd": SD.iri,
    "sf": SF.iri,
    "skos": SKOS.iri,
    "vann": VANN.iri,
    "void": VOID.iri,
    "wgs84": WGS.iri,
    "xsd": XSD.iri,
    "zone": ZONE.iri,
}
"""The one table of prefixes, for output and for queries, sorted by prefix; things themselves keep their full IRIs."""

ONTOLOGY_FILES: Final = ("zone.ttl", "alignments.ttl", "datacube.ttl", "industries.ttl")
"""The files that together are the ontology's graph, the core file first."""


def ontology_path(name: str) -> Path:
    """Where a file of this package lies (``zone.ttl``, ``queries/zones.rq``), from a checkout or an installed wheel.

    Raises `FileNotFoundError` when there is none.
    """
    path = Path(str(files(__package__ or "ontology").joinpath(name)))
    if not path.is_file():
        raise FileNotFoundError(f"the ontology has no file {name!r} ({path})")
    return path


def load_text(name: str) -> str:
    """The text of a file of this package, UTF-8; `FileNotFoundError` when there is none."""
    return ontology_path(name).read_text(encoding="utf-8")
