"""Words for how many projects there are, which are no project's name."""

from __future__ import annotations

import re

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.page import Page
from kg_build.model import EntityType

_BEGINS = re.compile("[0-9一二两三四五六七八九十百]+(?:余|多)?[个只项]")
_STATE = re.compile(
    "(?:开工|签约|在建|入驻|引进|竣工|投产|实施|谋划|储备|落户|续建|招商|新上)(?:建设|落地)?(?:[^,。]{0,6})(?:项目|工程)$"
)
_BEHIND = re.compile("(?:共|共有|达|达到|已达|约)?[0-9一二两三四五六七八九十百]+(?:余|多)?[个只项]")


def is_count(page: Page, found: Found) -> bool:
    """Whether what was taken for a project tells how many: 12只重点项目, 园区签约项目←17个."""
    if found.type is not EntityType.PROJECT:
        return False
    words = page.text[found.start : found.end]
    return bool(_BEGINS.match(words) or (_STATE.search(words) and _BEHIND.match(page.text, found.end)))
