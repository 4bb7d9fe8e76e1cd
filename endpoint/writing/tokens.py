"""Who may write: bearer tokens in a file, each with a name, scopes and an end; the tokens themselves are nowhere kept.

A token is 256 random bits; the file has its SHA-256 (a hash made slow would add nothing: such a token can't be guessed).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock

from kg_build.errors import TokenError
from kg_build.files import replaced
from kg_build.store.layout import reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg_build.settings import Settings

SCOPES: Final = {"update": "SPARQL updates at /update", "graphs": "writing graphs at /graphs"}
"""What a token may allow."""
PREFIX: Final = "zonekg_"
"""What tokens begin with, so that people and scanners of leaked secrets know them."""
_FORMAT, _FORMAT_VERSION = "zonekg tokens", 1
_NAME = re.compile(r"[\w.@-]{1,64}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token. Times are seconds since 1970; ``expires`` None: never."""

    name: str
    sha256: str
    scopes: tuple[str, ...]
    created: int
    expires: int | None

    def is_expired(self, now: float) -> bool:
        """Whether its time is over."""
        return self.expires is not None and now >= self.expires


def secret_of(authorization: str) -> str | None:
    """The token in the value of a header (RFC 6750, section 2.1); None where it holds none."""
    kind, _, secret = authorization.strip().partition(" ")
    return secret.strip() or None if kind.lower() == "bearer" else None


def tokens_path(settings: Settings) -> Path:
    """Where the tokens for a store lie: as the setting ``token_file`` says, else beside the store's folder."""
    return Path(settings.token_file) if settings.token_file else beside(settings.store, ".tokens.json")


def beside(store: Path, ending: str) -> Path:
    """A file next to a store's folder, with the folder's name and an ending. Not in it: a store may be copied and given away."""
    whole = Path(os.path.abspath(store))  # noqa: PTH100 - a link is followed by nobody: the name as it was given
    return whole.with_name(whole.name + ending)


class TokenFile:
    """The file, for those who change it and for those who ask it. Safe for many threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._state: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def tokens(self) -> tuple[Token, ...]:
        """All tokens, expired ones too; none where there is no file. Read anew whenever the file has changed."""
        with self._lock:
            try:
                status = self.path.stat()
                state = (status.st_mtime_ns, status.st_size, status.st_ino)
                if state != self._state:
                    self._tokens, self._state = _parse(self.path), state
            except FileNotFoundError:
                self._tokens, self._state = (), None
            except OSError as error:
                raise TokenError(f"{self.path}: can't be read: {reason(error)}") from error
            return self._tokens

    def find(self, secret: str) -> Token | None:
        """The token of which this is the secret; expired ones too. Takes as long for a wrong one as for a right one."""
        given = _digest(secret)
        found: Token | None = None
        for token in self.tokens():
            if hmac.compare_digest(token.sha256, given):
                found = token
        return found

    def add(self, name: str, scopes: Iterable[str], expires: int | None = None) -> str:
        """Make a token and return its secret, which can't be had again. Raises `TokenError`."""
        if not _NAME.fullmatch(name):
            raise TokenError(f"{name!r}: a name has 1 to 64 letters, digits and . _ @ -")
        secret = PREFIX + secrets.token_urlsafe(32)
        token = Token(name, _digest(secret), tuple(sorted(set(scopes))), int(time.time()), expires)
        with self._changing():
            known = self.tokens()
            if any(one.name == name for one in known):
                raise TokenError(f"there is a token called {name} already: revoke it first, or take another name")
            self._write((*known, token))
        return secret

    def revoke(self, name: str) -> None:
        """Remove a token. Raises `TokenError` where there is none of that name."""
        with self._changing():
            known = self.tokens()
            left = tuple(one for one in known if one.name != name)
            if len(left) == len(known):
                raise TokenError(f"there is no token called {name}")
            self._write(left)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        lock = FileLock(self.path.with_name(self.path.name + ".lock"), mode=0o600)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except OSError as error:
            raise TokenError(f"{self.path}: can't be written: {reason(error)}") from error
        try:
            yield
        finally:
            lock.release()

    def _write(self, tokens: Iterable[Token]) -> None:
        entries = [
            {"name": t.name, "sha256": t.sha256, "scopes": t.scopes, "created": t.created, "expires": t.expires} for t in tokens
        ]
        content = json.dumps({"format": _FORMAT, "version": _FORMAT_VERSION, "tokens": entries}, ensure_ascii=False, indent=1)
        try:
            with replaced(self.path, durable=True, mode=0o600, meanwhile=self.path.name + ".new") as file:
                file.write(f"{content}\n".encode())
        except OSError as error:
            raise TokenError(f"{self.path}: can't be written: {reason(error)}") from error


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _hash(text: str) -> str:
    if _HASH.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _parse(path: Path) -> tuple[Token, ...]:
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        if (content["format"], content["version"]) != (_FORMAT, _FORMAT_VERSION):
            raise ValueError(path)
        return tuple(
            Token(
                str(t["name"]),
                _hash(t["sha256"]),
                tuple(map(str, t["scopes"])),
                int(t["created"]),
                None if t["expires"] is None else int(t["expires"]),
            )
            for t in content["tokens"]
        )
    except (ValueError, TypeError, KeyError) as error:
        raise TokenError(f"{path}: damaged, or no file of tokens") from error
