"""After any update the union says what the graphs say, whichever way the update took."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from endpoint.sparql.guard import ServiceRefusedError, TooDeepError
from endpoint.writing.operations import PatternTooLongError, UsingConflictError
from endpoint.writing.updates import LoadRefusedError, prepare, run
from kg_build.store import open_for_build, open_for_reading
from kg_build.store.updating import Updater

BASE = "http://e/"
CONSTRUCTS = yaml.safe_load((Path(__file__).parents[1] / "security" / "constructs.yaml").read_text(encoding="utf-8"))["updates"]
LONGEST = 250_000
DATA = """
<http://e/a> <http://e/p> <http://e/b> .
<http://e/a> <http://e/p> <http://e/b> <http://e/g> .
<http://e/a> <http://e/p> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> <http://e/g> .
<http://e/b> <http://e/q> "x"@zh <http://e/h> .
<http://e/a> <http://e/p> <http://e/b> <http://e/h> .
_:n <http://e/p> _:n <http://e/h> .
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store, an updater of it, and a plain store with the same quads, to which the same updates are done."""
    folder = tmp_path_factory.mktemp("updates") / "s"
    quads = list(ox.parse(DATA.encode(), ox.RdfFormat.N_QUADS))
    with open_for_build(folder) as build:
        build.extend(quads)
    updater = Updater(folder)
    plain = ox.Store()
    plain.extend(quads)
    yield folder, updater, plain
    updater.close()


def write(made, text, **dataset):
    folder, updater, _ = made
    update = prepare(text, BASE, **dataset)
    with updater.transaction(5) as change:
        run(update, change)
    with open_for_reading(folder) as reader:
        quads = set(reader.database)
        assert set(reader.union) == quads | {ox.Quad(q.subject, q.predicate, q.object) for q in quads}
        assert set(reader.union.named_graphs()) == set(reader.database.named_graphs())
    return change, quads


FOLLOWED = [
    "INSERT DATA { <a> <p> 1.5, .5, 'a;b' . GRAPH <k> { <a> <p> <b> } }",
    "DELETE DATA { GRAPH <k> { <a> <p> <b> } } ; DELETE DATA { <a> <p> <b> }",
    "DELETE WHERE { GRAPH ?g { ?s <q> ?o } }",
    "PREFIX e: <http://e/> INSERT { GRAPH ?g { ?s e:r e:o. } . ?s e:z ?o. } WHERE { GRAPH ?g { ?s e:p ?o } }",
    "WITH <g> DELETE { ?s ?p ?o } INSERT { GRAPH <h> { ?s <was> ?o } } WHERE { ?s ?p ?o . GRAPH <h> { ?s ?q ?x } }",
    "INSERT { ?o <inverse> ?s } USING <h> USING NAMED <g> WHERE { ?s ?p ?o FILTER(!isLiteral(?o)) }",
    "CREATE GRAPH <new> ; COPY <h> TO <new> ; CLEAR GRAPH <h> ; DROP GRAPH <h> ; ADD <new> TO DEFAULT",
    "CLEAR DEFAULT ; DROP SILENT GRAPH <never>",
]
ANEW = ["MOVE <new> TO <last>", "CLEAR NAMED", "DROP ALL"]


def test_updates_do_what_the_engine_does_and_the_union_follows(made):
    plain = made[2]
    for text in FOLLOWED + ANEW:
        change, quads = write(made, text)
        for operation in prepare(text, BASE).operations:
            plain.update(operation.runnable, base_iri=BASE)
        assert quads == set(plain), text
        assert change.is_followed is (text in FOLLOWED), text


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { ?s <uuid> ?u } WHERE { VALUES ?s { <a> <b> } BIND(UUID() AS ?u) }",
        "INSERT { _:new <of> ?s } WHERE { VALUES ?s { <a> <b> } }",
        "INSERT DATA { _:b <p> [ <q> _:b ] . GRAPH <g> { _:b <p> (1 2) } }",
    ],
)
def test_new_names_are_the_same_in_both(made, text):
    change, _ = write(made, text)
    assert change.has_changed


def test_what_an_update_does_a_second_time_is_no_version(made):
    text = "INSERT DATA { <same> <p> 1 } ; INSERT { <same> <p> ?o } WHERE { <same> <p> ?o }"
    first, _ = write(made, text)
    second, _ = write(made, text)
    assert (first.added, second.added, second.version) == (1, 0, first.version)


def test_a_dataset_of_the_request(made):
    write(made, "INSERT DATA { GRAPH <d1> { <x> <p> 1 } GRAPH <d2> { <x> <p> 2 } }")
    _, quads = write(made, "INSERT { <seen> <p> ?o } WHERE { <x> <p> ?o }", using=("http://e/d2",))
    seen = [quad.object.value for quad in quads if quad.subject == ox.NamedNode("http://e/seen")]
    assert seen == ["2"]


def test_a_failing_operation_takes_the_others_along(made):
    _, before = write(made, "")
    with pytest.raises(RuntimeError, match="already exists"):
        write(made, "INSERT DATA { <lost> <p> 1 } ; CREATE GRAPH <twice> ; CREATE GRAPH <twice>")
    assert write(made, "")[1] == before


def test_functions_on_geometries_are_there(made):
    point = '"POINT(0 {})"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
    text = f"""PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
    INSERT {{ <near> <d> ?d }} WHERE {{ BIND(geof:distance({point.format(0)}, {point.format(1)},
      <http://www.opengis.net/def/uom/OGC/1.0/metre>) AS ?d) }}"""
    change, quads = write(made, text)
    assert change.is_followed
    (found,) = [float(quad.object.value) for quad in quads if quad.subject == ox.NamedNode("http://e/near")]
    assert found == pytest.approx(110_574, abs=10)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("INSERT DATA { <s> <p> ?o }", SyntaxError),
        ("WHATEVER", SyntaxError),
        ("INSERT DATA { <s> <p> <o> } }", SyntaxError),
        ("LOAD <http://127.0.0.1:9/>", LoadRefusedError),
        ("LOAD <http://127.0.0.1:9/> INTO <g>", SyntaxError),
        ("BASE <http://127.0.0.1:9/> FOO ; LOAD <x>", SyntaxError),
        ("INSERT { <s> <p> ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", ServiceRefusedError),
        ("INSERT { <s> <p> 1 } WHERE " + "{" * 200 + "}" * 200, TooDeepError),
    ],
)
def test_what_is_refused_before_anything_is_run(text, error):
    with pytest.raises(error):
        prepare(text, BASE)


def test_two_datasets_are_refused():
    with pytest.raises(UsingConflictError):
        prepare("INSERT { <s> <p> 1 } USING <g> WHERE { }", BASE, ("urn:g",))


TERMS = st.sampled_from(["<a>", "<b>", "?s", "?o", "1.5", "'x'@zh", "<c>"])
TRIPLES = st.lists(st.tuples(st.sampled_from(["<a>", "<b>", "?s"]), st.sampled_from(["<p>", "<q>"]), TERMS), max_size=3)


def block(triples, graph):
    inner = " . ".join(" ".join(triple) for triple in triples)
    return f"GRAPH {graph} {{ {inner} }}" if graph else inner


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    TRIPLES, st.sampled_from(["", "<g>", "?g"]), TRIPLES, st.sampled_from(["", "<h>", "?g"]), st.sampled_from(["", "WITH <g> "])
)
def test_the_union_follows_any_template(made, gone, out_of, new, into, own):
    where = "{ ?s <p> ?o } UNION { GRAPH ?g { ?s ?x ?o } }"
    write(made, "INSERT DATA { <a> <p> <b> . GRAPH <g> { <a> <p> <c> . <b> <q> 1.5 } }")
    write(made, f"{own}DELETE {{ {block(gone, out_of)} }} INSERT {{ {block(new, into)} }} WHERE {{ {where} }}")


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_no_construct_is_drawn_out_in_front_of_the_parser(name):
    head, opening, middle, closing, tail = CONSTRUCTS[name]
    times = (LONGEST - len(head + middle + tail)) // len(opening + closing)
    with pytest.raises((TooDeepError, PatternTooLongError, SyntaxError), match=r"^$|that can be understood|may have"):
        prepare(head + opening * times + middle + closing * times + tail, BASE)
