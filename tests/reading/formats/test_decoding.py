from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.reading.formats.decoding import UndecodableError, decode

TEXT = "　　青溪高新区今年签约项目十二个，总投资三十亿元。\r\n“订单排到了年底。”①\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk"])
def test_chinese_without_a_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding))[0] == TEXT


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_is_no_text(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == (TEXT, encoding)


def test_the_declared_encoding_is_tried_first() -> None:
    assert decode(TEXT.encode("gb18030"), "gb2312") == (TEXT, "gb18030")
    assert decode(TEXT.encode("utf-8"), "no-such-name") == (TEXT, "utf-8")


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", bytes(range(256)) * 8, b"\x7fELF\x02\x01\x01\x00", b"\xff\xfe\x00", b"abc\x00def"],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(UndecodableError):
        decode(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except UndecodableError:
        return
    assert "\x00" not in text
    assert codecs.lookup(encoding)


@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf16_with_a_mark_round_trips(text: str) -> None:
    assert decode(codecs.BOM_UTF16_LE + text.encode("utf-16-le"))[0] == text


@given(
    st.lists(
        st.sampled_from(
            "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经，。、"
        ),
        min_size=12,
    )
)
def test_gb18030_round_trips(chars: list[str]) -> None:
    text = "".join(chars)
    data = text.encode("gb18030")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert decode(data) == (text, "gb18030")
