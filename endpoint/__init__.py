"""The server: SPARQL, linked data, dumps and the ontology over HTTP, a folder a protocol."""
