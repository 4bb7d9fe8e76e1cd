"""What a search costs: time and size of the index, and how long searches take.

    python benchmarks/search.py STORE [--copies 1 34] [--runs 20]

STORE is a store's folder. Of each number of copies a graph is made in which every copy has IRIs and texts of its own (some of
its characters are exchanged for others), and its index. Prints Markdown tables: quads, texts, seconds of a processor and
megabytes of the index beside those of the databases; and median milliseconds of each search, as SQL alone and as a query.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox

from kg_build.search import Search, SearchIndex, make_index
from kg_build.store import Reader, open_for_build, open_for_reading

SEARCHES = ("经开", "经济技术开发区", "区", "投资 亿元", "产业 -投资", '"5G" OR 芯片', "三门峡经济开发区")
QUERY = """PREFIX text: <http://jena.apache.org/text#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?name {{ ?s text:query ('{}' 10) ; skos:prefLabel ?name }}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 34])
    parser.add_argument("--runs", type=int, default=20)
    arguments = parser.parse_args()
    source = open_for_reading(arguments.store)
    for copies in arguments.copies:
        with tempfile.TemporaryDirectory() as folder:
            with open_for_build(Path(folder) / "store") as build:
                build.extend(quad for number in range(copies) for quad in copied(source, number))
            measure(open_for_reading(Path(folder) / "store"), Path(folder), arguments.runs)


def copied(source: Reader, number: int) -> Iterator[ox.Quad]:
    """The graph with other names in it; the first copy is the graph itself."""
    han = [chr(code) for code in range(0x4E00, 0x9FA6) if code % 3 == 0]
    mixed = random.Random(number).sample(han, len(han))
    table = str.maketrans(dict(zip(han, mixed, strict=True))) if number else {}

    def changed(term: object) -> object:
        if isinstance(term, ox.Literal):
            return ox.Literal(term.value.translate(table), language=term.language) if term.language else term
        if number and isinstance(term, ox.NamedNode) and "/id/" in term.value:
            return ox.NamedNode(f"{term.value.translate(table)}/{number}")
        return term

    for quad in source.database:
        yield ox.Quad(changed(quad.subject), quad.predicate, changed(quad.object), changed(quad.graph_name))  # type: ignore[arg-type]


def measure(reader: Reader, folder: Path, runs: int) -> None:
    """Print the tables of a store."""
    began = time.process_time()
    make_index(reader.union, folder / "work", folder / "index")
    seconds = time.process_time() - began
    with closing(sqlite3.connect(folder / "index")) as index:
        texts = index.execute("SELECT count(*) FROM text").fetchone()[0]
    size = (folder / "index").stat().st_size / 1e6
    databases = sum(path.stat().st_size for path in Path(reader.snapshot.union).parent.rglob("*.sst")) / 1e6
    print("| quads | texts | index, s | index, MB | databases, MB |\n| ---: | ---: | ---: | ---: | ---: |")
    print(f"| {len(reader.database)} | {texts} | {seconds:.2f} | {size:.1f} | {databases:.1f} |\n")
    print("| search | things | index, ms | query, ms |\n| --- | ---: | ---: | ---: |")
    found = SearchIndex(folder / "index")
    for text in SEARCHES:
        things = len(found.find(Search(text, 10_000)))
        alone = median(runs, lambda text=text: found.find(Search(text, 10)))
        asked = median(runs, lambda text=text: list(reader.query(QUERY.format(text))))
        print(f"| `{text}` | {things} | {alone:.2f} | {asked:.2f} |")
    print()


def median(runs: int, call: Callable[[], object]) -> float:
    """Milliseconds of a processor."""
    call()
    times = []
    for _ in range(runs):
        began = time.process_time()
        call()
        times.append((time.process_time() - began) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    main()
