"""GraphML 1.0, for Gephi, yEd, Cytoscape, NetworkX."""

from __future__ import annotations

import re
from typing import IO

from lxml import etree

from kg_build.exchange.tables.network import ATTRIBUTES, Edge, Network, Node, plain
from kg_build.exchange.tables.spec import SEPARATOR

_TYPES = {"number": "double", "integer": "long", "boolean": "boolean"}
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold (section 2.2)."""


def write_graphml(network: Network, stream: IO[bytes]) -> None:
    """Write nodes, then edges, each when it comes. Characters that XML can't hold become U+FFFD."""
    keys = [("name", "string"), ("class", "string"), ("classes", "string"), ("otherNames", "string")]
    keys += [(name, _TYPES.get(kind, "string")) for name, kind in ATTRIBUTES]
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("graphml", nsmap={None: "http://graphml.graphdrawing.org/xmlns"}):
            for name, type_ in keys:
                file.write(_element("key", id=name, **{"for": "node", "attr.name": name, "attr.type": type_}), pretty_print=True)
            edge = {"for": "edge", "attr.name": "property", "attr.type": "string"}
            file.write(_element("key", id="property", **edge), pretty_print=True)
            with file.element("graph", id="zonekg", edgedefault="directed"):
                for node in network.nodes():
                    file.write(_node(node), pretty_print=True)
                for number, statement in enumerate(network.edges(), 1):
                    file.write(_edge(number, statement), pretty_print=True)


def _node(node: Node) -> etree._Element:
    element = _element("node", id=node.iri)
    data = {"name": node.name, "class": node.classes[0], "classes": SEPARATOR.join(node.classes)}
    if node.other_names:
        data["otherNames"] = SEPARATOR.join(node.other_names)
    _add(element, data | {name: plain(value) for name, value in node.attributes.items()})
    return element


def _edge(number: int, edge: Edge) -> etree._Element:
    element = _element("edge", id=f"e{number}", source=edge.source, target=edge.target)
    _add(element, {"property": edge.name})
    return element


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(tag, {name: _clean(value) for name, value in attributes.items()})


def _add(element: etree._Element, data: dict[str, str]) -> None:
    for key, value in data.items():
        etree.SubElement(element, "data", {"key": key}).text = _clean(value)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
