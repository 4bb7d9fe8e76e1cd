"""Answers of other servers that end, whatever the servers think."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests
    from urllib3.util import Retry


class BoundedAdapter(HTTPAdapter):
    """Gives up an answer that is too long before the session, or its cache, has it in memory.

    Reading such an answer raises `ValueError`. ``largest`` is in bytes, as they are when unpacked.
    """

    def __init__(self, largest: int, retry: Retry) -> None:
        super().__init__(max_retries=retry)
        self._largest = largest

    def send(self, *arguments: Any, **options: Any) -> requests.Response:
        """Send a request."""
        answer = super().send(*arguments, **options)
        # By this requests reads an answer, however it is asked for.
        answer.raw.stream = partial(self._parts, answer, answer.raw.stream)  # type: ignore[method-assign]
        return answer

    def _parts(self, answer: requests.Response, stream: Any, *arguments: Any, **options: Any) -> Iterator[bytes]:
        length = 0
        for part in stream(*arguments, **options):
            length += len(part)
            if length > self._largest:
                answer.raw.close()
                raise ValueError(f"an answer of more than {self._largest:,} bytes")
            yield part
