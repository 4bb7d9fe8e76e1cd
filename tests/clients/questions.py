"""What every client asks, and what it must hear."""

ZONE = "https://w3id.org/zonekg/ontology#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
ENTERPRISE = "https://w3id.org/zonekg/id/enterprise/"
PLACE = "https://w3id.org/zonekg/id/place/云岭市"
SELECT = f"SELECT ?s ?n {{ ?s a <{ZONE}Enterprise> ; <{SKOS}prefLabel> ?n }} ORDER BY ?n"
ROWS = [(f"{ENTERPRISE}远帆%20科技", "远帆 科技"), (f"{ENTERPRISE}青禾制药有限公司", "青禾制药有限公司")]
ASK = f"ASK {{ <{PLACE}> a <{ZONE}Place> }}"
CONSTRUCT = f"CONSTRUCT WHERE {{ ?s <{ZONE}locatedIn> ?o }}"
CONSTRUCTED = 2
DESCRIBE = f"DESCRIBE <{PLACE}>"
DESCRIBED = 3
WRONG = "SELECT * { ?s ?p }"
"""A query that isn't one."""
