"""The tables as files, read back by other libraries."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from kg_build.exchange import Selection
from kg_build.exchange.filters import ALL, union_of
from kg_build.exchange.tables.csvfiles import cell
from kg_build.exchange.tables.export import export_file, export_folder, export_table
from kg_build.exchange.tables.rows import Rows
from kg_build.exchange.tables.spec import find, tables
from kg_build.exchange.tables.workbook import write_workbook

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("http://x","y")', "https://example.org/", "a\x00\x0bb"]


def table(reader, format_, name, **options):
    stream = io.BytesIO()
    export_table(reader, stream, format_, name, ALL, **options)
    return stream.getvalue()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＠x"])
def test_a_text_that_a_spreadsheet_would_run_is_kept_from_it(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Decimal("-5.30"), "-5.30"), (Decimal("1E+9"), "1000000000"), (-3, "-3"), (True, "true"), (date(2024, 1, 2), "2024-01-02"),
     (None, ""), ("a=1", "a=1")],
)  # fmt: skip
def test_numbers_stay_numbers(value, expected):
    assert cell(value) == expected


def test_csv_comes_back(firms):
    names = ["甲,乙", '"丙"', "丁\n戊", "己"]
    data = table(firms(*names), "csv", "enterprises").decode()
    assert [row["name"] for row in csv.DictReader(io.StringIO(data, newline=""))] == names


def test_a_byte_order_mark_stands_first_where_it_is_asked_for(reader):
    assert table(reader, "csv", "zones", bom=True) == b"\xef\xbb\xbf" + table(reader, "csv", "zones")


def test_a_folder_has_a_file_a_table_and_no_claims_where_they_are_not_asked_for(reader, tmp_path):
    export_folder(reader, tmp_path, "csv", Selection(claims=False))
    assert {path.stem for path in tmp_path.iterdir()} == {t.name for t in tables()} - {"claims"}


def test_parquet_has_types(reader, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "f.parquet").write_bytes(table(reader, "parquet", "figures"))
    read = pq.read_table(tmp_path / "f.parquet")
    assert read.column("value").to_pylist() == [300000000.0]
    assert str(read.schema.field("period_start").type) == "date32[day]"


def workbook(reader, **options):
    stream = io.BytesIO()
    with union_of(reader, ALL) as union:
        rows = Rows(union)
        write_workbook(((t, rows.of(t)) for t in tables()), stream, **options)
    return openpyxl.load_workbook(stream)


def test_a_workbook_has_a_sheet_a_table_and_a_list_of_them(reader):
    book = workbook(reader)
    assert book.sheetnames == ["目录", *(t.zh for t in tables())]
    listed = {row[0]: row[2] for row in book["目录"].iter_rows(min_row=2, values_only=True)}
    assert (listed["zones"], listed["enterprises"], listed["parks"]) == (1, 2, 0)
    figures = list(book["指标"].iter_rows(values_only=True))
    assert figures[0][4] == "数值 value"
    assert figures[1][4] == 300000000
    (article,) = [row for row in book["文章"].iter_rows(min_row=2, values_only=True) if row[1] == "云岭经开区引来药企"]
    assert article[2].date() == date(2024, 3, 1)


def test_texts_stay_texts_in_a_workbook(firms):
    sheet = workbook(firms(*HOSTILE))["企业"]
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert {c.data_type for c in cells} == {"s"}
    assert [c.value for c in cells][:6] == HOSTILE[:6]
    assert not any(c.hyperlink for c in cells)


def test_a_long_table_goes_on_in_the_next_sheet_which_is_said(firms):
    book = workbook(firms(*map(str, range(7))), max_rows=4)
    assert [name for name in book.sheetnames if name.startswith("企业")] == ["企业", "企业 (2)", "企业 (3)"]
    assert [sheet.max_row for sheet in (book["企业"], book["企业 (2)"], book["企业 (3)"])] == [4, 4, 2]
    notes = [row[1:] for row in book["目录"].iter_rows(values_only=True) if row[0] == "enterprises"]
    assert notes == [("企业", 3, None), ("企业 (2)", 3, "接上表 continues 企业"), ("企业 (3)", 1, "接上表 continues 企业 (2)")]


@pytest.mark.parametrize("format_", ["xlsx", "graphml"])
def test_the_same_graph_gives_the_same_bytes(reader, format_):
    outs = []
    for _ in range(2):
        stream = io.BytesIO()
        export_file(reader, stream, format_)
        outs.append(stream.getvalue())
    assert outs[0] == outs[1]


def test_a_table_follows_a_selection(reader):
    stream = io.BytesIO()
    export_table(reader, stream, "csv", "claims", Selection(min_confidence=Decimal("0.7")))
    assert stream.getvalue().count(b"\n") == 3
    assert find("claims").columns[0].name == "iri"
