"""SPARQL as text: its tokens, and where in a query what stands, for those who put something else there."""
