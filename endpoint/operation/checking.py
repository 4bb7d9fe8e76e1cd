"""``zonekg serve --check``: whether a server would start here and serve, a line for each thing that it needs."""

from __future__ import annotations

import os
import resource
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from endpoint.operation.proxies import networks
from endpoint.writing.tokens import TokenFile, tokens_path
from kg_build.errors import TokenError, ZonekgError
from kg_build.settings import FILE_NAME
from kg_build.store import open_for_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg_build.settings import Settings

FEW_FILES: Final = 1024
"""File descriptors: each connection takes one, each open version of the store some dozens."""
_PRIVATE: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    level: Literal["ok", "warn", "FAIL"]
    name: str
    text: str

    @property
    def is_good(self) -> bool:
        """Whether a server can be started all the same."""
        return self.level != "FAIL"

    def __str__(self) -> str:
        return f"{self.level:4}  {self.name}: {self.text}"


def check(settings: Settings) -> list[Finding]:
    """Look at everything that a server needs, whatever the things before it were like."""
    looks: list[Callable[[Settings], Iterator[Finding]]] = [_settings, _user, _store, _port, _memory, _files, _log, _tokens]
    return [finding for look in looks for finding in look(settings)]


def _settings(settings: Settings) -> Iterator[Finding]:
    path = Path.cwd() / FILE_NAME
    where = str(path) if path.is_file() else f"no {FILE_NAME} here: defaults and environment"
    try:
        networks(settings.trusted_proxies)
    except ZonekgError as error:
        yield Finding("FAIL", "settings", str(error))
        return
    yield Finding("ok", "settings", where)
    if path.is_file() and path.stat().st_mode & stat.S_IWOTH:
        yield Finding("warn", "settings", f"{path}: everybody may change it")
    if settings.metrics == "all":
        yield Finding("warn", "settings", "metrics: everybody may read them")


def _user(_settings: Settings) -> Iterator[Finding]:
    if os.geteuid() == 0:
        yield Finding("warn", "user", "root: give the server a user of its own")
    else:
        yield Finding("ok", "user", f"not root (uid {os.geteuid()})")


def _store(settings: Settings) -> Iterator[Finding]:
    try:
        with open_for_reading(settings.store) as reader:
            size = len(reader.database)
            if size == 0 and not _may_anybody_write(settings):
                yield Finding("FAIL", "store", f"{settings.store}: empty: no build has put anything into it yet")
                return
            yield Finding("ok", "store", f"{settings.store}: version {reader.version}, {size} quads")
    except (ZonekgError, OSError) as error:
        yield Finding("FAIL", "store", str(error))
        return
    if settings.store.stat().st_mode & stat.S_IWOTH:
        yield Finding("warn", "store", f"{settings.store}: everybody may write into it")


def _port(settings: Settings) -> Iterator[Finding]:
    where = f"{settings.host}:{settings.port}"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        with socket.socket(found[0][0], socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(found[0][4])
    except OSError as error:
        yield Finding("FAIL", "port", f"{where}: can't listen there: {error.strerror or error}")
        return
    yield Finding("ok", "port", f"{where} is free")
    if not _is_loopback(str(found[0][4][0])) and not settings.trusted_proxies:
        yield Finding(
            "warn", "port", f"{where}: plain HTTP beyond this machine, and no trusted_proxies: put a reverse proxy before it"
        )


def _is_loopback(address: str) -> bool:
    return address.startswith("127.") or address == "::1"


def _memory(settings: Settings) -> Iterator[Finding]:
    if not settings.processes:
        yield Finding("warn", "memory", "processes is off: queries have no ceiling of memory and can't all be stopped")
        return
    from endpoint.workers.executor import SPARES, at_once, machine_memory, share_of_memory  # noqa: PLC0415

    count = at_once(settings.workers) + settings.long_queries + SPARES
    each = settings.worker_memory or share_of_memory(count)
    total = machine_memory()
    text = f"{count} workers at most, {each >> 20} MB each, of {total >> 20} MB"
    yield Finding("ok" if each * count <= total else "warn", "memory", text)


def _files(_settings: Settings) -> Iterator[Finding]:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = most == resource.RLIM_INFINITY or most >= FEW_FILES
    shown = "any number of" if most == resource.RLIM_INFINITY else str(most)
    yield Finding("ok" if enough else "warn", "files", f"{shown} open files allowed")


def _log(settings: Settings) -> Iterator[Finding]:
    if not settings.log_file:
        yield Finding("ok", "log", f"standard error, {settings.log_format}")
        return
    path = Path(settings.log_file)
    writable = os.access(path if path.exists() else path.parent, os.W_OK) and not path.is_dir()
    yield Finding("ok" if writable else "FAIL", "log", f"{path}: {'can' if writable else 'can not'} be written")
    if path.exists() and path.stat().st_mode & stat.S_IRWXO:
        yield Finding("warn", "log", f"{path}: everybody may read it")


def _tokens(settings: Settings) -> Iterator[Finding]:
    """The file of tokens, which lies beside the store unless a setting says otherwise."""
    path, count = tokens_path(settings), 0
    try:
        count = len(TokenFile(path).tokens())
    except TokenError as error:
        yield Finding("FAIL", "tokens", str(error))
        return
    if not path.exists():
        yield Finding("ok", "tokens", "none: nobody may write")
    elif path.stat().st_mode & _PRIVATE:
        yield Finding("FAIL", "tokens", f"{path}: others may read or change it: chmod 600 {path}")
    else:
        yield Finding("ok", "tokens", f"{path}: {count}, its owner's alone")


def _may_anybody_write(settings: Settings) -> bool:
    """Whether an empty store is one to be filled over HTTP: then it is served."""
    try:
        return bool(TokenFile(tokens_path(settings)).tokens())
    except TokenError:
        return False
