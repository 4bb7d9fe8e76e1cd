"""Ordinary queries, answered without the app.

What the app does for a query is the same for all that differ in nothing but their text: it reads the parameters, negotiates,
guards, and writes a dozen headers. So the first query of its manner (same Accept, coding, host, kind of result …) is
answered by the app, and the headers that it gave are given again with the next, but for those that depend on the text. What is
out of the ordinary (a mistake, a page for people, a long answer, one that takes its time, XML, which is looked through) is left
to the app, with the query already begun where it has been. Tested against the app's own answers, header by header.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from werkzeug.datastructures import MultiDict

from endpoint.compression import SMALL, coded_as, packed
from endpoint.errors import Problem
from endpoint.gateway.asked import OFTEN
from endpoint.gateway.headers import rendered
from endpoint.limits import MAX_HEADER, MAX_HEADERS
from endpoint.operation.records import query_form
from endpoint.services import tag
from endpoint.sparql.asking import formats_of, one, requested
from endpoint.sparql.guard import ServiceRefusedError, TooDeepError, guard
from endpoint.sparql.xml import FORMS as XML_FORMS
from endpoint.workers.executor import ProcessExecutor

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from endpoint.execution import Kind, ResultFormat
    from endpoint.gateway.asked import Asked, Key
    from endpoint.gateway.headers import Headers
    from endpoint.services import Services
    from endpoint.sparql.asking import Requested
    from endpoint.sparql.guard import Guarded
    from kg_build.store import Reader

REMEMBERED: Final = 1024
"""Queries whose reading is remembered."""
LONGEST: Final = 8192
"""Characters of a query that is looked at in the event loop; to check a longer one may take a tenth of a second, for all."""
MANNERS: Final = 256
"""Manners of asking whose headers are remembered."""
_KINDS: Final[dict[str, Kind]] = {"select": "solutions", "ask": "boolean", "construct": "graph", "describe": "graph"}
_OF_THE_TEXT: Final = frozenset((b"etag", b"content-encoding"))
"""Headers that depend on what is asked, or on the answer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A query, read: what to run, and in whose manner to answer."""

    asked: Requested
    guarded: Guarded
    form: str
    kind: Kind
    formats: Mapping[Kind, ResultFormat]
    manner: Hashable
    key: Key


class Direct:
    """Reads queries, and knows the headers of each manner. Used in the event loop only.

    Args:
        services: What the app works with; other services take another one of these.
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self._plan = lru_cache(maxsize=REMEMBERED)(self._read)
        self._heads: dict[Hashable, bytes] = {}
        self._etags: dict[Key, bytes] = {}
        self._snapshot: Hashable = None

    def plan(self, asked: Asked) -> Plan | None:
        """How to answer a query; None where it is the app's."""
        if asked.weight > OFTEN or not isinstance(self.services.executor, ProcessExecutor):
            return None
        return self._plan(asked.key)

    def head(self, plan: Plan, reader: Reader, headers: Mapping[str, str]) -> bytes | None:
        """The headers that every answer of its manner has, rendered; None where they aren't known yet, or the request has
        something about it that the app has to look at.
        """
        self._be_at(reader)
        if "if-none-match" in headers or len(headers) > MAX_HEADERS or any(len(value) > MAX_HEADER for value in headers.values()):
            return None
        return self._heads.get(plan.manner)

    def learn(self, plan: Plan, reader: Reader, headers: Headers) -> None:
        """Take note of the headers of a whole, successful answer, without those that are true of one response alone."""
        self._be_at(reader)
        if len(self._heads) >= MANNERS:
            self._heads.clear()
        self._heads[plan.manner] = rendered([(name, value) for name, value in headers if name not in _OF_THE_TEXT])

    def own(self, plan: Plan, reader: Reader, body: bytes) -> tuple[Headers, bytes]:
        """The headers that depend on the text, and the body, packed where the client wants it."""
        coding = plan.key.coding
        headers: Headers = ()
        if plan.guarded.is_constant:
            headers = ((b"etag", self._etag(plan, reader)),)
        if coding is not None and len(body) >= SMALL:
            return (*headers, (b"content-encoding", coding.encode())), packed(body, coding)
        return headers, body

    def _etag(self, plan: Plan, reader: Reader) -> bytes:
        """The tag, remembered: to write down all that it stands for takes longer than most else."""
        self._be_at(reader)
        found = self._etags.get(plan.key)
        if found is None:
            asked = plan.asked
            plain = tag(reader, asked.query, asked.default_graphs, asked.named_graphs, plan.key.agreed)
            if len(self._etags) >= REMEMBERED:
                self._etags.clear()
            found = self._etags[plan.key] = f'"{coded_as(plain, plan.key.coding)}"'.encode()
        return found

    def _read(self, key: Key) -> Plan | None:
        values = MultiDict(key.parameters)
        try:
            query = one(values, "query")
            asked = requested(values, query, self.services.settings)
            if key.agreed.is_html or query is None or len(query) > LONGEST:
                return None
            choices = key.agreed.choices()
            guarded = guard(query)
        except (Problem, ServiceRefusedError, TooDeepError):
            return None
        form = query_form(guarded.text)
        kind = _KINDS.get(form)
        choice = choices.get(kind) if kind is not None else None
        if kind is None or choice is None or choice.name in XML_FORMS:
            return None
        manner = (key[1:], kind, guarded.is_constant)
        return Plan(asked, guarded, form, kind, formats_of(choices), manner, key)

    def _be_at(self, reader: Reader) -> None:
        if reader.snapshot != self._snapshot:
            self._heads.clear()
            self._etags.clear()
            self._snapshot = reader.snapshot
