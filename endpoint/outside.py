"""Requests to other servers: only to hosts that the operator lists, and only to addresses that the whole world can reach.

A name is looked up once, every address that it has is checked, and the connection is made to a checked address, so that a
name can't mean another machine a moment later. Redirects are followed hop by hop under the same checks. Time and size are
bounded. Nothing of the one who asks goes along: no cookies, no credentials, no proxy of the environment.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.exceptions import TimeoutError as SlowError
from urllib3.util import parse_url

from kg_build.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from urllib3 import BaseHTTPResponse

    Resolve = Callable[[str, int], Sequence[str]]

PORTS: Final = {"http": 80, "https": 443}
MOST_HOPS: Final = 3
"""Redirects that are followed."""
AT_ONCE: Final = 8
"""Requests that are under way at once."""
_CHUNK: Final = 1 << 16
_MOVED: Final = {301, 302, 303, 307, 308}
_NOT_PUBLIC: Final = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
        "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    )
]  # fmt: skip
"""What RFC 6890 and IANA's registries of special-purpose addresses keep from the Internet, and tunnels (6to4, Teredo) whose far
end an address may choose. Written down, since what Python counts as global differs between its versions."""
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class OutsideError(Exception):
    """Another server wasn't asked, or its answer is none; the message says why, to whoever wants to know."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its media type, without parameters and in lower case, and its content."""

    media_type: str
    content: bytes


def is_public(address: str) -> bool:
    """Whether an IP address is one machine's that the whole Internet can reach."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.scope_id is not None:
            return False
    return (
        ip.is_global
        and not ip.is_multicast
        and not any(ip in network for network in _NOT_PUBLIC if network.version == ip.version)
    )


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, in the order in which they are to be tried."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a URL leads to."""

    scheme: str
    host: str
    port: int
    path: str


class Outside:
    """The other servers that may be asked.

    Args:
        hosts: ``HOST`` (ports 80 and 443) or ``HOST:PORT``. An IP address is asked even where it is a private one: that is
            what the operator wrote, and nobody can make it mean another machine. A name never leads to one.
        most_bytes: The longest answer.
        resolve: Gives the addresses of a name.

    Raises `SettingsError` for an entry that is no host.
    """

    def __init__(self, hosts: Iterable[str], *, most_bytes: int, resolve: Resolve = look_up) -> None:
        self._hosts = set[tuple[str, int]]().union(*map(_listed, hosts))
        self._most_bytes = most_bytes
        self._resolve = resolve
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def __bool__(self) -> bool:
        return bool(self._hosts)

    def fetch(self, url: str, accept: str, seconds: float, *, form: bytes | None = None) -> Fetched:
        """Ask by GET, or by POST with an encoded form. Raises `OutsideError`."""
        end = time.monotonic() + seconds
        if not self._turns.acquire(timeout=max(0.0, seconds)):
            raise OutsideError("as many requests to other servers are under way as may be")
        try:
            return self._follow(url, accept, end, form)
        finally:
            self._turns.release()

    def _follow(self, url: str, accept: str, end: float, form: bytes | None) -> Fetched:
        place = _place(url)
        for _ in range(MOST_HOPS + 1):
            with _Exchange(place, self._addresses(place), end) as exchange:
                answer = exchange.ask(accept, form)
                if answer.status not in _MOVED:
                    return self._read(answer, place)
                url, before = urljoin(url, answer.headers.get("Location", "")), place
            place = _place(url)
            if form is not None and answer.status not in {307, 308}:
                raise OutsideError(f"{before.host} redirects with {answer.status}, which would lose what is asked")
            if before.scheme == "https" and place.scheme == "http":
                raise OutsideError(f"{before.host} redirects to an unencrypted address")
        raise OutsideError(f"{place.host} redirects more than {MOST_HOPS} times")

    def _addresses(self, place: _Place) -> Sequence[str]:
        """The addresses to connect to, all of them checked."""
        if (place.host, place.port) not in self._hosts:
            raise OutsideError(f"{place.host}:{place.port} is not on the list of servers that may be asked")
        if _is_address(place.host):
            return [place.host]
        try:
            found = self._resolve(place.host, place.port)
        except (OSError, UnicodeError) as error:
            raise OutsideError(f"{place.host}: no such name") from error
        if not found or not all(map(is_public, found)):
            raise OutsideError(f"{place.host}: the name leads to an address that is not public")
        return found

    def _read(self, answer: BaseHTTPResponse, place: _Place) -> Fetched:
        if answer.status != 200:
            raise OutsideError(f"{place.host} answers with {answer.status}")
        if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise OutsideError(f"{place.host} compresses, which it wasn't asked to")
        content = bytearray()
        while chunk := answer.read(_CHUNK):
            content += chunk
            if len(content) > self._most_bytes:
                raise OutsideError(f"{place.host}: an answer of more than {self._most_bytes} bytes")
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Fetched(media_type, bytes(content))


class _Exchange:
    """One request and its answer, over a connection of its own that is cut at the deadline whatever it is doing."""

    def __init__(self, place: _Place, addresses: Sequence[str], end: float) -> None:
        self._place = place
        self._addresses = addresses
        self._end = end
        self._connection: HTTPConnection | None = None
        self._handle: socket.socket | None = None
        self._watch: threading.Timer | None = None
        self._is_cut = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._watch is not None:
            self._watch.cancel()
        if self._connection is not None:
            self._connection.close()
        if self._handle is not None:
            self._handle.close()
        # What was cut may look like an answer that is complete.
        if self._is_cut.is_set() or isinstance(error, TimeoutError | SlowError):
            raise OutsideError(f"{self._place.host}: no answer in time") from error
        if isinstance(error, HTTPError | HTTPException | OSError | ValueError):
            raise OutsideError(f"{self._place.host}: no answer") from error

    def ask(self, accept: str, form: bytes | None) -> BaseHTTPResponse:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        kind = _Encrypted if self._place.scheme == "https" else _Plain
        self._connection = kind(self._place, timeout=left)
        self._connection.connector = self._connect
        headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": "zonekg", "Connection": "close"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        method = "GET" if form is None else "POST"
        self._connection.request(method, self._place.path, form, headers, preload_content=False, decode_content=False)
        return self._connection.getresponse()

    def _connect(self) -> socket.socket:
        """Connect to the first of the addresses that answers. They are numbers: nothing is looked up again."""
        problem: OSError = TimeoutError()
        for address in self._addresses:
            try:
                connected = socket.create_connection((address, self._place.port), max(0.001, self._end - time.monotonic()))
            except OSError as error:
                problem = error
                continue
            self._handle = connected.dup()  # Encryption takes the socket itself over.
            self._watch = threading.Timer(self._end - time.monotonic(), self._cut)
            self._watch.daemon = True
            self._watch.start()
            return connected
        raise problem

    def _cut(self) -> None:
        self._is_cut.set()
        if self._handle is not None:
            with contextlib.suppress(OSError):  # It has ended just now.
                self._handle.shutdown(socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    """A connection that is opened by whoever checked where to."""

    connector: Callable[[], socket.socket]

    def __init__(self, place: _Place, timeout: float) -> None:
        super().__init__(place.host, place.port, timeout=timeout)

    def _new_conn(self) -> socket.socket:
        return self.connector()


class _Encrypted(HTTPSConnection):
    """The same over TLS; the certificate is checked against the name, not against the address."""

    connector: Callable[[], socket.socket]

    def __init__(self, place: _Place, timeout: float) -> None:
        super().__init__(place.host, place.port, timeout=timeout, ssl_context=ssl.create_default_context())

    def _new_conn(self) -> socket.socket:
        return self.connector()


def _place(url: str) -> _Place:
    try:
        parsed = parse_url(url)
    except LocationParseError as error:
        raise OutsideError(f"not the address of a server: {url[:200]}") from error
    if parsed.scheme not in PORTS or not parsed.host or parsed.auth is not None:
        raise OutsideError(f"not the address of a server: {url[:200]}")
    port = parsed.port if parsed.port is not None else PORTS[parsed.scheme]
    return _Place(parsed.scheme, _host(parsed.host), port, parsed.request_uri)


def _listed(entry: str) -> set[tuple[str, int]]:
    """The hosts and ports that an entry of the list stands for."""
    try:
        parsed = parse_url(f"http://{entry}/")
    except LocationParseError:
        parsed = parse_url("")
    if (
        not parsed.host
        or parsed.auth is not None
        or parsed.path != "/"
        or parsed.query is not None
        or parsed.fragment is not None
    ):
        raise SettingsError(f"service_hosts: not HOST or HOST:PORT: {entry}")
    ports = PORTS.values() if parsed.port is None else [parsed.port]
    return {(_host(parsed.host), port) for port in ports}


def _host(text: str) -> str:
    return text.strip("[]").rstrip(".").lower()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
