"""How well and how fast names are matched: ``python benchmarks/reconciliation.py [--firms 100000] [--seconds 5]``.

Makes a store of firms with invented names (place, two or three characters, trade, legal form; many share parts), distorts some
of them in the ways that tables do, and tells for each way how often the firm meant comes first, is among the first five, is a
match, and how often another firm is a match. Then it asks `zonekg serve` for batches of ten, with one client, and measures the
processor's time for a batch within the process. The same seed gives the same names. Takes another store with ``--store``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import opencc
import pyoxigraph as ox

from endpoint.reconcile.catalogue import Catalogue
from endpoint.reconcile.matching import match
from endpoint.reconcile.requests import Query
from kg_build.gazetteers import company_words, places
from kg_build.settings import Settings
from kg_build.store import Reader, open_for_build, open_for_reading
from ontology.terms import RDF, SKOS, ZONE

CHARACTERS = (
    "华宏盛泰恒昌瑞丰鼎锐信达远航凯旋金银铜铁晨曦云海山川江河森林松柏竹梅兰菊春夏秋冬东方正中和平安康健美"
    "佳嘉豪杰英雄龙凤麒麟天地人文博学思源新创科智慧明亮光辉星辰宇宙联合众志成城永固恒久长青绿洲蓝天白云红"
    "日紫气祥瑞福禄寿喜乐雅典"
)
TOWNS = [place.short for place in places() if place.level != "province" and len(place.short) == 2]
FORMS = ["有限公司"] * 6 + ["股份有限公司"] * 2 + ["集团有限公司", "有限责任公司"]
SAMPLE = 200
BATCH = 10


def firms(count: int, seed: int = 7) -> Iterator[str]:
    """Invented names, each once."""
    dice = random.Random(seed)
    seen: set[str] = set()
    while len(seen) < count:
        brand = "".join(dice.choices(CHARACTERS, k=dice.choice((2, 2, 2, 3))))
        name = dice.choice(TOWNS) + brand + dice.choice(company_words().trade) + dice.choice(FORMS)
        if name not in seen:
            seen.add(name)
            yield name


def make_store(folder: Path, count: int) -> None:
    """A store of such firms, each in one of three hundred zones."""

    def node(kind: str, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"https://w3id.org/zonekg/id/{kind}/{name}")

    a, label, within = ox.NamedNode(RDF.type), ox.NamedNode(SKOS.prefLabel), ox.NamedNode(ZONE.locatedIn)
    zones = [f"第{number}经济开发区" for number in range(300)]
    article = node("article", "一")
    with open_for_build(folder) as build:
        build.extend(ox.Quad(node("zone", zone), a, ox.NamedNode(ZONE.Zone), article) for zone in zones)
        build.extend(ox.Quad(node("zone", zone), label, ox.Literal(zone, language="zh"), article) for zone in zones)
        for number, name in enumerate(firms(count)):
            firm = node("enterprise", name)
            build.extend(
                [
                    ox.Quad(firm, a, ox.NamedNode(ZONE.Enterprise), article),
                    ox.Quad(firm, label, ox.Literal(name, language="zh"), article),
                    ox.Quad(firm, within, node("zone", zones[number % len(zones)]), article),
                ]
            )


def distortions(catalogue: Catalogue, dice: random.Random) -> dict[str, Callable[[str], str]]:
    """Ways in which tables change names."""
    traditional = opencc.OpenCC("s2t")

    def parts(name: str) -> tuple[str, str, str]:
        core = catalogue.places.parts(name).core
        place, _, form = name.partition(core)
        return place, core, form

    def without_form(name: str) -> str:
        return "".join(parts(name)[:2])

    def bracketed(name: str) -> str:
        place, core, form = parts(name)
        return f"{core}（{place}）{form}" if place else name

    def at_random(change: Callable[[str, int], str]) -> Callable[[str], str]:
        def changed(name: str) -> str:
            place, core, form = parts(name)
            return place + change(core, dice.randrange(len(core))) + form

        return changed

    return {
        "as it is": lambda name: name,
        "without legal form": without_form,
        "without place": lambda name: "".join(parts(name)[1:]),
        "without both": lambda name: parts(name)[1],
        "place in brackets": bracketed,
        "traditional, full-width": lambda name: "　".join(traditional.convert(name).partition("有")),
        "another legal form": lambda name: without_form(name) + "股份公司",
        "one character wrong": at_random(lambda core, at: core[:at] + dice.choice(CHARACTERS) + core[at + 1 :]),
        "one character left out": at_random(lambda core, at: core[:at] + core[at + 1 :] if len(core) > 2 else core),
        "two characters changed round": at_random(lambda core, at: core[:at] + core[at : at + 2][::-1] + core[at + 2 :]),
        "a firm of that name elsewhere": lambda name: (
            (dice.choice(TOWNS) + name[len(place) :]) if (place := parts(name)[0]) else name[1:]
        ),
        "a firm that isn't there": lambda name: dice.choice(CHARACTERS) + dice.choice(CHARACTERS) + parts(name)[2],
    }


def recall(catalogue: Catalogue) -> None:
    """Print a line for each way."""
    dice = random.Random(11)
    meant = dice.sample([thing for thing in catalogue.things if "Enterprise" in {one.id for one in thing.type_list()}], SAMPLE)
    print(f"| {SAMPLE} names | first | of five | match | wrong match |\n| --- | ---: | ---: | ---: | ---: |")
    for way, change in distortions(catalogue, dice).items():
        first = five = matched = wrong = 0
        for thing in meant:
            found = match(catalogue, {"q": Query(change(thing.name), ("Enterprise",), limit=5)})["q"]
            ids = [catalogue.things[one.thing].id for one in found]
            first += ids[:1] == [thing.id]
            five += thing.id in ids
            sure = [catalogue.things[one.thing].id for one in found if one.match]
            matched += sure == [thing.id]
            wrong += bool(sure) and sure != [thing.id]
        print(
            f"| {way} | {first / SAMPLE:.2f} | {five / SAMPLE:.2f} | {matched / SAMPLE:.2f} | {wrong / SAMPLE:.3f} |", flush=True
        )


def batches(catalogue: Catalogue) -> list[dict[str, Query]]:
    """Batches of ten as OpenRefine sends them."""
    dice = random.Random(3)
    names = [thing.name for thing in dice.choices(catalogue.things, k=50 * BATCH)]
    return [{str(n): Query(name, limit=5) for n, name in enumerate(names[at : at + BATCH])} for at in range(0, len(names), BATCH)]


def speed(catalogue: Catalogue, store: Path, seconds: float) -> None:
    """Print the processor's time for a batch, and batches a second over HTTP."""
    asked = batches(catalogue)
    match(catalogue, asked[0])
    began = time.process_time()
    for batch in asked:
        match(catalogue, batch)
    print(f"a batch of {BATCH}: {1000 * (time.process_time() - began) / len(asked):.1f} ms of a processor in matching")
    with subprocess.Popen(
        [sys.executable, "-m", "kg_build", "serve", "--store", str(store), "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            where = urlsplit(server.stdout.readline().split()[-1])
            connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=600)
            bodies = [
                urlencode({"queries": json.dumps({key: {"query": one.text, "limit": 5} for key, one in batch.items()})})
                for batch in asked
            ]

            def ask(body: str) -> None:
                connection.request("POST", "/reconcile", body, {"Content-Type": "application/x-www-form-urlencoded"})
                answer = connection.getresponse()
                assert answer.status == 200, answer.read()
                answer.read()

            before = time.monotonic()
            ask(bodies[0])
            first, count, began = time.monotonic() - before, 0, time.monotonic()
            while time.monotonic() - began < seconds:
                ask(bodies[count % len(bodies)])
                count += 1
            print(f"over HTTP: {count / (time.monotonic() - began):.0f} batches a second; the first after {first:.1f} s")
        finally:
            server.terminate()


def memory() -> int:
    """Megabytes that are resident (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def main() -> None:
    """Make or take a store, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = given.store or Path(folder) / "firms.store"
        if given.store is None:  # In a process of its own, so that its memory isn't counted.
            maker = multiprocessing.Process(target=make_store, args=(store, given.firms))
            maker.start()
            maker.join()
        reader: Reader = open_for_reading(store)
        before = memory()
        began = time.process_time()
        catalogue = Catalogue(reader, Settings().base_iri)
        took = time.process_time() - began
        print(f"{len(catalogue)} things: catalogue made in {took:.1f} s of a processor, {memory() - before} MB")
        if given.store is None:
            recall(catalogue)
        speed(catalogue, store, given.seconds)


if __name__ == "__main__":
    main()
