"""Between what the properties may stand: the classes that ``shapes.ttl`` asks of subject and value (a test compares them)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MAKERS: Final = frozenset({"Enterprise", "Institution"})
_SIDES: Final = _MAKERS | {"Zone"}
_GROUNDS: Final = frozenset({"Park", "Zone"})
_PROJECT: Final = frozenset({"Project"})
_INDUSTRY: Final = frozenset({"Industry"})
_BEARERS: Final = _SIDES | {"Park", "Project"}

ENDS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "locatedIn": (_BEARERS, _GROUNDS | {"Place"}),
    "undertakenBy": (_PROJECT, _MAKERS),
    "investsIn": (_SIDES, frozenset({"Enterprise", "Project"})),
    "foundedBy": (_MAKERS | {"Park"}, _SIDES),
    "subsidiaryOf": (frozenset({"Enterprise"}), frozenset({"Enterprise"})),
    "cooperatesWith": (_SIDES, _SIDES),
    "developsIndustry": (_GROUNDS, _INDUSTRY),
    "leadIndustry": (_GROUNDS, _INDUSTRY),
    "inIndustry": (frozenset({"Enterprise", "Project"}), _INDUSTRY),
    "honouredAs": (_BEARERS, frozenset({"Honour"})),
}
"""Property → the classes of its subjects and of its values. Those between things that articles name, but for posts: who is an
official follows from them."""
