"""Full-text search over the names and the quotes of a store: ``?thing text:query ("经开区" 10)`` in SPARQL.

`words` cuts text into what is indexed, `language` reads what people search for, `index` keeps the words in SQLite's FTS5 and
finds them, `changes` lets an index follow an update, `magic` puts what was found into a query.
"""

from kg_build.search.changes import change_index
from kg_build.search.index import PROPERTIES, Hit, Search, SearchIndex, Text, make_index
from kg_build.search.language import SearchError
from kg_build.search.magic import MOST, TEXT_QUERY, expand

__all__ = [
    "MOST",
    "PROPERTIES",
    "TEXT_QUERY",
    "Hit",
    "Search",
    "SearchError",
    "SearchIndex",
    "Text",
    "change_index",
    "expand",
    "make_index",
]
