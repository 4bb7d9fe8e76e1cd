"""The zone ontology as data: Turtle files, shapes, competency queries, examples, and the names they define.

Nothing here imports an RDF library; `ontology.terms` is cheap to import.
"""
