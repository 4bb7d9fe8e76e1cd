"""Full-text search over the names and the quotes of a store: ``?thing text:query ("经开区" 10)`` in SPARQL.

`words` cuts text into what is indexed, `language` reads what people search for, `index` keeps the words in SQLite's FTS5 and
finds them, `magic` puts what was found into a query.
"""

from kg_build.search.index import PROPERTIES, Hit, Search, SearchIndex, make_index
from kg_build.search.language import SearchError
from kg_build.search.magic import MOST, TEXT_QUERY, expand

__all__ = ["MOST", "PROPERTIES", "TEXT_QUERY", "Hit", "Search", "SearchError", "SearchIndex", "expand", "make_index"]
