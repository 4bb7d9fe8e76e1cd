from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from endpoint.writing import operations as module
from endpoint.writing.operations import (
    DeclaredTooOftenError,
    UnreadableError,
    UsingConflictError,
    as_triples,
    check,
    check_whole,
    cut_up,
    has_blank_nodes,
    respell,
)

MODIFY = (
    "WITH <urn:g> DELETE { ?s <urn:p> ?o } INSERT { ?s <urn:q> ?o } USING <urn:h> USING NAMED <urn:i> WHERE { ?s <urn:p> ?o }"
)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", []),
        ("PREFIX a: <urn:a>", []),
        ("CLEAR ALL", ["CLEAR"]),
        ("CLEAR ALL;", ["CLEAR"]),
        ("insert data { <urn:s> <urn:p> 'a;b}' ; <urn:q> 1 } ; delete where { ?s ?p ?o }", ["INSERT DATA", "DELETE WHERE"]),
        ("DELETE DATA { <urn:s> <urn:p> <urn:o;p> } # ; CLEAR ALL\n; DROP DEFAULT", ["DELETE DATA", "DROP"]),
        (f"{MODIFY} ; COPY <urn:a> TO <urn:b> ; MOVE <urn:a> TO <urn:b>", ["MODIFY", "COPY", "MOVE"]),
        ("INSERT { ?s ?p 1 } WHERE { { SELECT * { ?s ?p ?o } } }", ["MODIFY"]),
        ("ADD DEFAULT TO <urn:b> ; CREATE SILENT GRAPH <urn:b>", ["ADD", "CREATE"]),
    ],
)
def test_an_update_is_cut_into_its_operations(text, kinds):
    operations = cut_up(text)
    assert [operation.kind.value for operation in operations] == kinds
    check(operations)


def test_an_operation_sees_the_declarations_before_it():
    text = "PREFIX a: <urn:1:> CLEAR ALL ; BASE <urn:b:/> PREFIX a: <urn:2:> INSERT DATA { a:s a:p <x> }"
    first, second = cut_up(text)
    assert first.runnable.split() == ["PREFIX", "a:", "<urn:1:>", "CLEAR", "ALL"]
    store = ox.Store()
    store.update(second.runnable)
    assert [quad.subject.value for quad in store] == ["urn:2:s"]


def test_declarations_that_are_said_again_are_taken_once():
    same, other = "PREFIX a: <urn:1:>", "PREFIX a: <urn:2:>"
    operations = cut_up(" ; ".join(f"{declared} DROP GRAPH a:g" for declared in (same, same, other, other, same)))
    assert [operation.head.count("PREFIX") for operation in operations] == [1, 1, 2, 2, 3]
    last = [operation.head.split()[-1] for operation in operations]
    assert last == ["<urn:1:>", "<urn:1:>", "<urn:2:>", "<urn:2:>", "<urn:1:>"]


def test_each_of_many_operations_is_shown_to_the_parser_alone(monkeypatch):
    shown = []
    monkeypatch.setattr("endpoint.writing.operations._show", shown.append)
    text = " ;\n".join(["PREFIX a: <urn:1:> CLEAR ALL", *["INSERT DATA { a:s a:p 1 }"] * 50])
    check(cut_up(text))
    assert len(shown) == 51
    assert max(map(len, shown)) < 150


def test_the_parts_of_an_operation():
    (operation,) = cut_up(MODIFY)
    assert {name: operation.part(name) for name in ("WITH", "DELETE", "INSERT", "USING", "WHERE")} == {
        "WITH": "<urn:g>",
        "DELETE": "?s <urn:p> ?o",
        "INSERT": "?s <urn:q> ?o",
        "USING": "USING <urn:h> USING NAMED <urn:i>",
        "WHERE": "?s <urn:p> ?o",
    }


@pytest.mark.parametrize(
    "text", ["FOO", "INSERT", "INSERT { ?s ?p ?o }", "DELETE WHERE ?s", "INSERT DATA { <urn:s>", "PREFIX a:", "CLEAR ALL ;;", ";"]
)
def test_what_cannot_be_cut_is_told(text):
    with pytest.raises(UnreadableError):
        cut_up(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("INSERT DATA { <urn:s> <urn:p> ?o }", "error at 1:35:"),
        ("PREFIX a: <urn:a>\nINSERT DATA { a:s a:p 1 } ;\n  DELETE WHERE { ?s x }", "error at 3:23:"),
        ("CLEAR ALL ; INSERT DATA { <urn:s> b:p 1 }", "error at 1:38:"),
    ],
)
def test_a_mistake_is_found_in_its_place(text, place):
    with pytest.raises(SyntaxError) as caught:
        check(cut_up(text))
    assert str(caught.value).startswith(place)


@pytest.mark.parametrize(
    "text", ["FOO", "PREFIX a: <urn:a>\n FOO", "INSERT { ?s ?p ?o }", "PREFIX a", "DELETE WHERE { LOAD <urn:x>"]
)
def test_the_parser_says_what_is_wrong_with_what_cannot_be_cut(text):
    with pytest.raises(SyntaxError):
        check_whole(text)


def test_a_blank_node_belongs_to_one_operation():
    check(cut_up("INSERT DATA { _:a <urn:p> _:a } ; INSERT DATA { _:b <urn:p> 1 }"))
    with pytest.raises(SyntaxError, match="two operations"):
        check(cut_up("INSERT DATA { _:a <urn:p> 1 } ; INSERT DATA { _:a <urn:p> 2 }"))


def test_checking_runs_nothing():
    check(cut_up("INSERT { ?a <urn:p> ?e } WHERE { " + " ".join(f"VALUES ?{v} {{ {'1 ' * 60} }}" for v in "abcdefgh") + " }"))


@pytest.mark.parametrize("text", ["DELETE { ?s ?p 1 } WHERE { ?s ?p ?o }", "DELETE WHERE { ?s ?p ?o }"])
def test_a_dataset_of_the_request_is_written_into_patterns(text):
    (operation,) = cut_up(text)
    changed = operation.with_using(["urn:g"], ["urn:h"])
    assert changed.part("USING") == "USING <urn:g> USING NAMED <urn:h>"
    assert changed.part("WHERE") == "?s ?p ?o"
    check([changed])
    (other,) = cut_up("CLEAR ALL")
    assert other.with_using(["urn:g"], []) is other


def test_two_datasets_are_a_conflict():
    for text in (MODIFY, "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }"):
        with pytest.raises(UsingConflictError):
            cut_up(text)[0].with_using(["urn:g"], [])


@pytest.mark.parametrize("text", ["LOAD <urn:x>", "load silent <urn:x> INTO GRAPH <urn:g>", "CLEAR ALL;LOAD<urn:x>"])
def test_loading_is_seen(text):
    assert respell(text) == (text, True)


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <urn:load> <urn:p> 'Load; LOAD <urn:x>' }", "DELETE WHERE { ?load <urn:p> 'workload' }"]
)
def test_the_word_means_the_same_elsewhere(text):
    safe, loads = respell(text)
    assert not loads
    plain, changed = ox.Store(), ox.Store()
    plain.update(text)
    changed.update(safe)
    assert set(plain) == set(changed)
    assert "LOAD <" not in safe


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("?s ?p ?o . GRAPH ?g { ?s ?p 1.5. ?s ?p ex:a. } . ?a ?b .5 .", "?s ?p ?o . ?s ?p 1.5 . ?s ?p ex:a . ?a ?b .5"),
        ("GRAPH <urn:g> { ?s ?p 1.e5 ; ?q 'x'@zh, \"1\"^^ex:n }", "?s ?p 1.e5 ; ?q 'x'@zh, \"1\"^^ex:n"),
        ("GRAPH ?g { } ?s ?p 1", "?s ?p 1"),
        ("", ""),
    ],
)
def test_a_template_without_its_graphs(template, expected):
    (operation,) = cut_up(f"INSERT {{ {template} }} WHERE {{ ?s ?p ?o }}")
    assert " ".join(as_triples(operation, "INSERT").strip(" .").split()) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("_:b ?p ?o", True),
        ("[] ?p ?o", True),
        ("?s ?p (1 2)", True),
        ("?s ?p ?o {| ?a ?b |}", True),
        ("<< ?s ?p ?o >> ?a ?b", True),
        ("?s ?p '_ [ ('", False),
        ("ex:_a ?p <urn:_(>", False),
    ],
)
def test_templates_that_make_blank_nodes(template, expected):
    (operation,) = cut_up(f"INSERT {{ {template} }} WHERE {{ ?s ?p ?o }}")
    assert has_blank_nodes(operation.parts["INSERT"]) is expected


@pytest.mark.parametrize("each", ["CLEAR ALL;", "PREFIX {0}: <urn:b> CLEAR ALL;"])
def test_declarations_that_would_be_read_too_often_are_refused(each, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_READ", 100_000)
    declared = "".join(f"PREFIX a{n}: <urn:a>\n" for n in range(100))
    assert len(cut_up(declared + "CLEAR ALL;" * 10)) == 10
    with pytest.raises(DeclaredTooOftenError):
        cut_up(declared + "".join(each.format(f"b{n}") for n in range(100)))


WORDS = "{ } ; . < > INSERT DELETE DATA WHERE WITH USING NAMED GRAPH ?s _:b <urn:a> 'x' LOAD PREFIX a: CLEAR ALL"
PIECES = st.lists(st.sampled_from(WORDS.split()))


@settings(max_examples=300, deadline=None)
@given(PIECES)
def test_any_text_is_cut_or_told_to_be_unreadable(pieces):
    text = " ".join(pieces)
    try:
        operations = cut_up(text)
    except UnreadableError:
        return
    assert all(operation.text in text for operation in operations)
    for operation in operations:
        for name in ("INSERT", "DELETE", "WHERE"):
            as_triples(operation, name)
            assert operation.part(name) in text
