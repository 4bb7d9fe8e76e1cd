"""Files of every format through the stage's own interface."""

from __future__ import annotations

import io
import json
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_build.errors import InputError
from kg_build.model import PartKind, SourceDocument
from kg_build.reading import find_sources, read_articles, read_documents
from kg_build.reading.formats import Reader, html, pdf, plain, tables
from kg_build.reading.layout.lines import squeeze

TEXT = "湖区新建公园六座\n\n本报记者 梅长青\n\n湖区今年新建公园六座，居民出门五分钟就能走进绿地。"
PARAGRAPHS = "".join(
    f"<p>湖区第{n}座公园昨天开园，居民出门五分钟就能走进绿地，孩子们最喜欢的是东湖边上的滑梯和秋千。</p>" for n in "一二三四五"
)


def documents(path: Path, warn: list[str] | None = None) -> list[SourceDocument]:
    (found,) = find_sources([path])
    return list(read_documents(found, 1_000_000, warn=(warn if warn is not None else []).append))


def test_a_text_file(tmp_path: Path) -> None:
    path = tmp_path / "页.txt"
    path.write_bytes(TEXT.encode("gb18030"))
    (document,) = documents(path)
    assert (document.source_file, document.text, document.encoding) == ("页.txt", TEXT, "gb18030")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "empty file"),
        ("space.txt", b" \n\t\xe3\x80\x80\n", "no text"),
        ("image.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        ("broken.pdf", b"%PDF-1.4\n1 0 obj\n<<", "PDF"),
        ("no.pdf", b"hello", "not a PDF"),
        ("large.txt", b"a" * 1_000_001, "too large"),
        ("empty.html", b"<html><body></body></html>", "without readable text"),
        ("head.csv", b"a,b\n1,2\n", "no column named text"),
        ("rows.csv", b"text\n", "no row with a text"),
        ("rows.jsonl", b"{}\n", "no row with a text"),
    ],
)
def test_bad_files_are_one_clear_line(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=reason) as caught:
        documents(path)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_web_page(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    page = (
        '<!DOCTYPE html><html><head><meta charset="gb2312"><title>湖区新建公园六座-清岚新闻网</title>'
        '<meta property="article:published_time" content="2024-03-05T08:00:00+08:00"></head><body>'
        '<nav><a href="/">首页</a> <a href="/x">新闻</a></nav><article><h1>湖区新建公园六座</h1>'
        f"<p>本报记者 梅长青</p>{PARAGRAPHS}</article><footer>版权所有</footer></body></html>"
    )
    path.write_bytes(page.encode("gb18030"))
    (document,) = documents(path)
    (article,) = read_articles(document).articles
    assert document.encoding == "gb18030"
    assert article.title == "湖区新建公园六座"
    assert (article.published, article.published_from) == (date(2024, 3, 5), "page")
    assert len(list(article.parts_of(PartKind.BODY))) == 5
    assert [one.name for one in article.contributors] == ["梅长青"]
    assert "首页" not in article.text


def test_a_table_in_gbk_with_chinese_headers_and_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = (
        '标题,正文,日期,作者\n公园开园,"湖区今年新建公园六座。\n孩子们最喜欢的是滑梯。",2024/3/5,梅长青\n'
        "没有正文,,2024/3/6,\n通车,白石大道昨天通车。,某日,\n多,一,2024-1-1,二,三\n"
    )
    path.write_bytes(rows.encode("gbk"))
    warnings: list[str] = []
    first, second = documents(path, warnings)
    assert [line.split(":")[0] for line in warnings] == ["t.csv row 2", "t.csv row 3", "t.csv row 4"]
    assert (first.title, first.published, first.row) == ("公园开园", date(2024, 3, 5), 1)
    (article,) = read_articles(first).articles
    assert article.text.split("\n") == ["公园开园", "梅长青", "湖区今年新建公园六座。", "孩子们最喜欢的是滑梯。"]
    assert (article.number, [one.name for one in article.contributors]) == (1, ["梅长青"])
    assert (second.published, second.row) == (None, 3)


def test_json_lines_with_a_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    good = json.dumps(
        {"Title": "通车", "TEXT": "白石大道昨天通车。", "url": "https://example.org/a", "publisher": "清岚日报"},
        ensure_ascii=False,
    )
    path.write_text(f"\ufeff{good}\nnot json\n[1]\n\n", "utf-8")
    warnings: list[str] = []
    (document,) = documents(path, warnings)
    assert len(warnings) == 2
    (article,) = read_articles(document).articles
    assert (article.title, article.url, article.publisher) == ("通车", "https://example.org/a", "清岚日报")


def test_tabs(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_bytes("text\tdate\n白石大道昨天通车。\t20240305\n".encode("utf-16"))
    (document,) = documents(path)
    assert document.published == date(2024, 3, 5)


def test_a_pdf_of_one_latin_line(tmp_path: Path) -> None:
    path = tmp_path / "p.pdf"
    stream = b"BT /F1 12 Tf 72 720 Td (The new line opened today.) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, os.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    xref = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % xref)
    path.write_bytes(out.getvalue())
    (document,) = documents(path)
    assert document.media_type == "application/pdf"
    assert read_articles(document).articles[0].text == "The new line opened today."


@pytest.mark.parametrize("read", [html.read, tables.read_csv, tables.read_tsv, tables.read_jsonl, plain.read, pdf.read])
@settings(max_examples=30, deadline=None)
@given(
    data=st.binary(max_size=120), head=st.sampled_from([b"", b"text,title\n", b"<html><body><p>", b"%PDF-1.4\n", b'{"text": "'])
)
def test_any_bytes_are_read_or_refused(read: Reader, data: bytes, head: bytes) -> None:
    lines: list[str] = []
    try:
        found = list(read("x", head + data, lines.append))
    except InputError:
        return
    for document in found:
        assert document.text.strip()
        assert read_articles(document).report.source_file == "x"


PAGES = os.environ.get("ZONEKG_PAGES")
GOLD = os.environ.get("ZONEKG_GOLD")
AUTHORS = {"000": [1], "001": [2], "002": [3], "003": [1, 1, 1, 1, 1], "004": [3]}
"""Writers (photographers not counted) of each story of each real page."""


@pytest.mark.skipif(not PAGES, reason="ZONEKG_PAGES names no folder of real pages")
def test_the_real_pages_divide_into_their_stories() -> None:
    found = {}
    for one in find_sources([PAGES or ""]):
        for document in read_documents(one):
            result = read_articles(document)
            found[one.source_file[:3]] = [
                len({c.name for c in article.contributors if c.role != "photographer"}) for article in result.articles
            ]
    assert found == AUTHORS


@pytest.mark.skipif(not (PAGES and GOLD), reason="ZONEKG_PAGES and ZONEKG_GOLD name no folders")
def test_the_real_page_of_five_stories_agrees_with_its_division() -> None:
    gold = json.loads((Path(GOLD or "") / "003_segments.json").read_text("utf-8"))
    (found,) = (one for one in find_sources([PAGES or ""]) if one.source_file.startswith(gold["article"]))
    (document,) = read_documents(found)
    articles = read_articles(document).articles
    assert len(articles) == len(gold["segments"])
    lines = document.text.split("\n")
    for article, segment in zip(articles, gold["segments"], strict=True):
        body = [article.text[part.span.start : part.span.end] for part in article.parts_of(PartKind.BODY)]
        assert squeeze(body[0]).startswith(squeeze(segment["first"]))
        assert squeeze(body[-1]).endswith(squeeze(segment["last"]))
        assert [one.name for one in article.contributors] == [segment["author"]]
        if segment["title"]:
            assert article.title == squeeze(segment["title"])
        whole = "".join("".join(lines[low - 1 : high]) for low, high in segment["lines"])
        assert squeeze(article.text) == squeeze(whole)
        for before, after in segment["joins"]:
            seam = squeeze(lines[before - 1])[-4:] + squeeze(lines[after - 1])[:4]
            assert any(seam in squeeze(paragraph) for paragraph in body)


def test_half_a_surrogate_pair_becomes_one_mark_and_is_told() -> None:
    warnings: list[str] = []
    data = '{"text": "云台\\ud83d经开区\\ud83d\\ude00", "title": "甲\\udc00"}\n'.encode()
    [document] = tables.read_jsonl("t.jsonl", data, warnings.append)
    assert document.text == "甲\ufffd\n\n云台\ufffd经开区\U0001f600"
    assert document.title == "甲\ufffd"
    assert warnings == [f"t.jsonl row 1: half a surrogate pair in {field}, read as U+FFFD" for field in ("text", "title")]
