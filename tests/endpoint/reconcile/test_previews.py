from __future__ import annotations

import pytest
from lxml import html

FIRM, EVIL = "enterprise/云岭青禾制药有限公司", "enterprise/坏"


def test_a_preview_tells_what_matters(service):
    response = service.get("/reconcile/preview", query_string={"id": FIRM})
    page = html.fromstring(response.get_data())
    assert response.content_type == "text/html; charset=utf-8"
    assert page.findtext(".//h1/a") == "云岭青禾制药有限公司"
    facts = [
        (term.text_content().strip(), value.text.strip()) for term, value in zip(page.iter("dt"), page.iter("dd"), strict=True)
    ]
    assert ("所在开发区 development zone", "云岭经济开发区") in facts
    assert ("状态 status", "在建、签约") in facts


def test_any_page_may_frame_a_preview_and_no_other_page(service):
    preview = service.get("/reconcile/preview", query_string={"id": FIRM}).headers
    assert "X-Frame-Options" not in preview
    assert "frame-ancestors" not in preview["Content-Security-Policy"]
    assert "default-src 'none'" in preview["Content-Security-Policy"]
    assert preview["X-Content-Type-Options"] == "nosniff"
    assert service.get("/").headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in service.get("/").headers["Content-Security-Policy"]


def test_links_of_a_preview_leave_the_frame(service):
    page = html.fromstring(service.get("/reconcile/preview", query_string={"id": FIRM}).get_data())
    assert [(link.get("target"), link.get("rel")) for link in page.iter("a")] == [("_blank", "noopener")]


@pytest.mark.parametrize("path", ["preview", "flyout/entity"])
def test_names_are_text_and_never_markup(service, path):
    text = service.get(f"/reconcile/{path}", query_string={"id": EVIL}).get_data(as_text=True)
    assert "&lt;script&gt;" in text
    assert "<script" not in text


@pytest.mark.parametrize(
    ("kind", "id_", "word"), [("entity", FIRM, "云岭经济开发区"), ("type", "Zone", "开发区"), ("property", "status", "项目")]
)
def test_flyouts(service, kind, id_, word):
    answer = service.get(f"/reconcile/flyout/{kind}", query_string={"id": id_}).json
    assert answer["id"] == id_
    assert word in html.fromstring(answer["html"]).text_content()


def test_nothing_is_shown_of_what_isnt_known(service):
    assert service.get("/reconcile/preview?id=x").status_code == 404
    assert service.get("/reconcile/flyout/entity?id=x").status_code == 404
