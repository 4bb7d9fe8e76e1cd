"""Asking other servers: time-outs, retries that wait longer each time, and a cache on disk. Nothing asks unless it is told to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kg_build.errors import GazetteerError

AGENT = "zonekg link (+https://w3id.org/zonekg)"
RETRIED = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Manners:
    """How servers are asked."""

    cache: Path | None = None
    """File of the cache (SQLite, made where it isn't); None keeps nothing."""
    keep: float = 30 * 86400.0
    """Seconds for which an answer is taken from the cache."""
    timeout: float = 20.0
    """Seconds to connect, and between two bytes of an answer."""
    retries: int = 3
    wait: float = 0.5
    """Seconds before the second try; doubled each time. A server's Retry-After goes before it,"""
    patience: float = 60.0
    """but no more seconds than these are waited."""
    largest: int = 20_000_000
    """Bytes of an answer, unpacked; a longer one is given up as soon as it is so long."""


class Web:
    """A session with these manners."""

    def __init__(self, manners: Manners | None = None) -> None:
        # Here, not above: a linking that asks nobody needs none of it.
        import requests  # noqa: PLC0415
        import requests_cache  # noqa: PLC0415
        from urllib3.util import Retry  # noqa: PLC0415

        from kg_build.linking.bounded import BoundedAdapter  # noqa: PLC0415

        self._manners = manners or Manners()
        self._errors = (requests.RequestException, ValueError)
        if self._manners.cache is None:
            self._session: requests.Session = requests.Session()
        else:
            try:
                self._manners.cache.parent.mkdir(parents=True, exist_ok=True)
                self._session = requests_cache.CachedSession(
                    str(self._manners.cache),
                    backend="sqlite",
                    expire_after=self._manners.keep,
                    allowable_methods=("GET", "POST"),
                    allowable_codes=(200,),
                    match_headers=["Accept"],
                )
            except (OSError, ValueError) as error:
                raise GazetteerError(f"{self._manners.cache}: can't be used as a cache: {error}") from error
        retry = Retry(
            total=self._manners.retries,
            backoff_factor=self._manners.wait,
            status_forcelist=RETRIED,
            allowed_methods=None,  # what is asked by POST here changes nothing
            respect_retry_after_header=True,
            retry_after_max=round(self._manners.patience),
            backoff_max=self._manners.patience,
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, BoundedAdapter(self._manners.largest, retry))
        self._session.headers["User-Agent"] = AGENT

    def get(self, url: str, accept: str = "application/json") -> Any:
        """The JSON at a URL. Raises `GazetteerError` with the URL and the reason."""
        return self._ask("GET", url, accept, {})

    def post(self, url: str, data: dict[str, str], accept: str = "application/json") -> Any:
        """The JSON that answers a form. Raises `GazetteerError` with the URL and the reason."""
        return self._ask("POST", url, accept, data)

    def close(self) -> None:
        """End the session."""
        self._session.close()

    def _ask(self, method: str, url: str, accept: str, data: dict[str, str]) -> Any:
        if urlsplit(url).scheme not in ("http", "https"):
            raise GazetteerError(f"{url}: not an http or https URL")
        try:
            answer = self._session.request(
                method, url, data=data or None, headers={"Accept": accept}, timeout=self._manners.timeout
            )
            answer.raise_for_status()
            return json.loads(answer.content)
        except self._errors as error:
            raise GazetteerError(f"{url}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """One line, without what the libraries wrap around it."""
    text = " ".join(str(error).split())
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON ({text})"
    return text if len(text) <= 300 else f"{text[:300]}…"
