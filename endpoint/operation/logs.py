"""The log: a line a record, as a JSON object or as text. No secrets, and no line that a request could forge.

What a record tells besides its message comes as a mapping under ``extra={FIELDS: …}``.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from functools import lru_cache
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING, Any, Final, TextIO

from kg_build.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg_build.settings import Settings

FIELDS: Final = "zonekg"
MODE: Final = 0o640
"""Permissions of a log file: addresses and queries stand in it."""
_SECRET = re.compile(
    r"""\b(bearer|basic)\s+[^\s"',;]+
      | \b((?:access_|api_?|auth_?)?(?:token|key)|password|passwd|secret|authorization)(\s*[=:]\s*)(?!bearer|basic)[^\s&"',;]+""",
    re.IGNORECASE | re.VERBOSE,
)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=str)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class BrokenOffError(Exception):
    """An answer was broken off on purpose, and that has been logged: whoever meets this ends the connection, no more."""


@lru_cache(maxsize=256)  # Paths, programs' names and messages come again and again.
def clean(text: str, length: int = 500) -> str:
    """A text that came from outside, without secrets and not too long."""
    text = text if len(text) <= length else text[:length] + "…"
    return _SECRET.sub(lambda m: f"{m[1]} ***" if m[1] else f"{m[2]}{m[3]}***", text)


def tell(logger: logging.Logger, level: int, message: str, fields: Mapping[str, Any]) -> None:
    """Log a message with fields, without looking for the line of code that does: for what is logged at each request."""
    if logger.isEnabledFor(level):
        logger.handle(logger.makeRecord(logger.name, level, "", 0, message, (), None, extra={FIELDS: fields}))


class JsonFormatter(logging.Formatter):
    """A JSON object a line: time (UTC), level, logger, message, then the record's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        content: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean(record.getMessage(), 2000),
            **_fields(record),
        }
        if record.exc_info:
            content["exception"] = clean(self.formatException(record.exc_info), 20_000)
        return _escaped(_ENCODER.encode(content))


class TextFormatter(logging.Formatter):
    """For people: time, level, message, then the fields as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line = " ".join(
            [
                _time(record),
                record.levelname.lower(),
                clean(record.getMessage(), 2000),
                *(f"{name}={_quoted(value)}" for name, value in _fields(record).items()),
            ]
        )
        line = _escaped(line)
        return f"{line}\n{clean(self.formatException(record.exc_info), 20_000)}" if record.exc_info else line


FORMATTERS: Final = {"json": JsonFormatter, "text": TextFormatter}


def _time(record: logging.LogRecord) -> str:
    seconds = int(record.created)
    return f"{_second(seconds)}.{int((record.created - seconds) * 1000):03d}Z"


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    found: Mapping[str, Any] = getattr(record, FIELDS, {})
    return found


def _escaped(line: str) -> str:
    """Without what ends a line or turns it round, for whatever reads it."""
    return _CONTROL.sub(lambda m: f"\\u{ord(m[0]):04x}", line)


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or any(c in text for c in ' "=\n') else text


class Log:
    """Where the whole process logs to, until it is closed."""

    def __init__(self, settings: Settings, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._handler = self._make(settings)
        self._before = logging.getLogger().level
        logging.getLogger().addHandler(self._handler)
        logging.getLogger().setLevel(logging.INFO)

    def reopen(self, settings: Settings) -> None:
        """Log to where the settings say now; a file that was moved away is opened anew. Raises `SettingsError`."""
        new = self._make(settings)
        root = logging.getLogger()
        root.addHandler(new)
        root.removeHandler(self._handler)
        self._handler.close()
        self._handler = new

    def close(self) -> None:
        """Log no more."""
        logging.getLogger().removeHandler(self._handler)
        logging.getLogger().setLevel(self._before)
        self._handler.close()

    def _make(self, settings: Settings) -> logging.Handler:
        handler: logging.Handler
        if settings.log_file:
            _create(settings.log_file)
            handler = WatchedFileHandler(settings.log_file, encoding="utf-8", errors="backslashreplace")
        else:
            handler = logging.StreamHandler(self._stream or sys.stderr)
        handler.setFormatter(FORMATTERS[settings.log_format]())
        handler.addFilter(_is_news)
        return handler


def _create(path: str) -> None:
    """Make a log file with permissions of its own, where there is none."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, MODE))
    except OSError as error:
        raise SettingsError(f"log_file: {path}: can't be written: {error.strerror or error}") from error


def _is_news(record: logging.LogRecord) -> bool:
    """Not what a WSGI server says of an answer that we broke off."""
    return not (record.exc_info and isinstance(record.exc_info[1], BrokenOffError))
