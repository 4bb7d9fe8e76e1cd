"""The client behind a reverse proxy: forwarding headers are believed from named networks only.

A proxy adds the address that it was asked from to the end of ``X-Forwarded-For``. So the list is read from its end, and the
first address that is no trusted proxy's is the client's; what stands before it anybody may have written.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from kg_build.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import MutableMapping

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

FORWARDED: Final = "zonekg.forwarded"
"""Key of the WSGI environment: whether a proxy that isn't trusted says that it asks for somebody else."""
HEADERS: Final = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_VIA",
)
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


@lru_cache(maxsize=8)
def networks(setting: str) -> tuple[Network, ...]:
    """The networks of the setting ``trusted_proxies``. Raises `SettingsError` for what is neither address nor network."""
    found: list[Network] = []
    for text in setting.split():
        try:
            found.append(ipaddress.ip_network(text))
        except ValueError as error:
            raise SettingsError(f"trusted_proxies: not an address or a network: {text}: {error}") from error
    return tuple(found)


def resolve(environ: MutableMapping[str, Any], trusted: tuple[Network, ...]) -> None:
    """Put the client's address, the scheme and the host that it asked for into a request's environment.

    The headers go: nothing behind this may believe them anew.
    """
    given = {name: environ.pop(name) for name in HEADERS if name in environ}
    if not given:
        return
    if not _is_in(_address(environ.get("REMOTE_ADDR", "")), trusted):
        environ[FORWARDED] = True
        return
    for text in reversed(given.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = _address(text.strip())
        if address is None:  # Nothing before it is worth more.
            break
        environ["REMOTE_ADDR"] = str(address)
        environ.pop("REMOTE_PORT", None)
        if not _is_in(address, trusted):
            break
    scheme = _last(given.get("HTTP_X_FORWARDED_PROTO", "")).lower()
    if scheme in {"http", "https"}:
        environ["wsgi.url_scheme"] = scheme
    host = _last(given.get("HTTP_X_FORWARDED_HOST", ""))
    if _HOST.fullmatch(host):
        environ["HTTP_HOST"] = host


def is_local(environ: MutableMapping[str, Any]) -> bool:
    """Whether a request was made on this machine, as far as can be known: not for another one, and from a loopback address."""
    address = _address(environ.get("REMOTE_ADDR", ""))
    return address is not None and address.is_loopback and not environ.get(FORWARDED)


def is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    """Whether an address, or one with its port, is in one of the networks."""
    return bool(trusted) and _is_in(_address(address), trusted)


def _last(value: str) -> str:
    return value.rpartition(",")[2].strip()


def _address(text: str) -> Address | None:
    """An address, without the port and the brackets that some proxies write."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def _is_in(address: Address | None, trusted: tuple[Network, ...]) -> bool:
    return address is not None and any(address in network for network in trusted)
