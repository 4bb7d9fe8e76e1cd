"""Who works together because they set something up together."""

from __future__ import annotations

import pytest
from marked import extraction

from kg_build.resolution.article import resolve_article
from kg_build.resolution.partners import RULE, with_partners

TEXT = "标题\n[云岭高新区|Zone]、[赛川公司|Enterprise]、[远山大学|Institution]与[轴承研究院|Institution]、[赛远公司|Enterprise]。"
ZONE, FIRM, UNIVERSITY = range(3)


@pytest.mark.parametrize(
    ("founded", "founders", "expected"),
    [
        ("轴承研究院", ("赛川公司", "远山大学"), {(FIRM, UNIVERSITY)}),
        ("轴承研究院", ("赛川公司",), set()),
        ("轴承研究院", ("赛川公司", "远山大学", "云岭高新区"), set()),
        ("赛远公司", ("赛川公司", "远山大学"), set()),
    ],
)
def test_two_founders_of_a_body_work_together(founded: str, founders: tuple[str, ...], expected: set[tuple[int, int]]) -> None:
    found = extraction(TEXT, tuple((founded, "foundedBy", founder) for founder in founders))
    statements = with_partners(resolve_article(found)).extraction.statements
    assert {(s.subject, s.object) for s in statements if s.rule == RULE and s.predicate == "cooperatesWith"} == expected


def test_what_is_said_already_is_not_said_again() -> None:
    rows = (
        ("轴承研究院", "foundedBy", "赛川公司"),
        ("轴承研究院", "foundedBy", "远山大学"),
        ("远山大学", "cooperatesWith", "赛川公司"),
    )
    local = resolve_article(extraction(TEXT, rows))
    assert with_partners(local) is local
