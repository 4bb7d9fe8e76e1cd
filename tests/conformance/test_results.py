from __future__ import annotations

from conformance.results import STRING, Table, literal, read_csv, read_expected, read_json, read_tsv, read_xml

X, B = ("iri", "urn:x"), ("blank", "b")


def test_json_is_read():
    data = b"""{"head": {"vars": ["a", "b", "c"]}, "results": {"bindings": [
        {"a": {"type": "uri", "value": "urn:x"}, "b": {"type": "literal", "value": "\xe5\x8c\xba", "xml:lang": "zh"}},
        {"b": {"type": "bnode", "value": "b"}, "c": {"type": "literal", "value": "01",
               "datatype": "http://www.w3.org/2001/XMLSchema#integer"}}]}}"""
    one = literal("1", None, "http://www.w3.org/2001/XMLSchema#integer")
    assert read_json(data) == Table(("a", "b", "c"), ((X, literal("区", "zh"), None), (None, B, one)))
    assert read_json(b'{"head": {}, "boolean": false}') is False


def test_xml_is_read():
    data = b"""<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="a"/><variable name="b"/></head>
        <results><result><binding name="b"><literal xml:lang="EN">t</literal></binding></result><result/></results></sparql>"""
    assert read_xml(data) == Table(("a", "b"), ((None, literal("t", "en")), (None, None)))
    assert read_xml(b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>') is True


def test_tsv_is_read():
    xsd = "http://www.w3.org/2001/XMLSchema#"
    data = b'?a\t?b\n<urn:x>\t"a\\tb"@en\n_:b\t1.5\n\ttrue\n"x"^^<urn:t>\t"\\\\n"\n'
    rows = read_tsv(data).rows
    assert rows[:2] == ((X, literal("a\tb", "en")), (B, literal("1.5", None, f"{xsd}decimal")))
    assert rows[2:] == (
        (None, literal("true", None, f"{xsd}boolean")),
        (literal("x", None, "urn:t"), ("literal", "\\n", "", STRING)),
    )


def test_csv_is_read():
    rows = read_csv(b'a,b\r\nurn:x,"a,""b"\r\n_:b,1e1\r\n').rows
    assert rows == ((("text", "urn:x"), ("text", 'a,"b')), (("blank", "_:b"), ("text", "10")))


def test_results_in_the_vocabulary_of_the_test_cases_are_read(tmp_path):
    path = tmp_path / "r.ttl"
    path.write_text("""@prefix rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#> .
        [] a rs:ResultSet ; rs:resultVariable "a", "b" ;
          rs:solution [ rs:index 2 ; rs:binding [ rs:variable "a" ; rs:value <urn:x> ] ],
                      [ rs:index 1 ; rs:binding [ rs:variable "b" ; rs:value "t"@en ] ] .""")
    assert read_expected(path) == Table(("a", "b"), ((None, literal("t", "en")), (X, None)))
