"""Other settings for a running server: at SIGHUP, those that are marked as live, for all requests from then on."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from endpoint.app import in_use, use
from endpoint.operation.logs import FIELDS
from endpoint.operation.proxies import networks
from kg_build.errors import ZonekgError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from kg_build.settings import Settings

_LOG = logging.getLogger(__name__)


def on_hangup(app: Flask, read: Callable[[], Settings], stop: Callable[[int, Any], None]) -> Callable[[int, Any], None]:
    """What to do at SIGHUP: take the settings that ``read`` gives, or stop where the terminal that it was started in has gone."""
    was_in_terminal = has_terminal()

    def hangup(number: int, frame: object) -> None:
        if was_in_terminal and not has_terminal():
            stop(number, frame)
        else:
            # Not here, in the middle of whatever was interrupted: the log may be in the middle of a line.
            threading.Thread(target=take, args=(app, read), name="reload", daemon=True).start()

    return hangup


def take(app: Flask, read: Callable[[], Settings]) -> None:
    """Let an app work with newly read settings, and log which changed. Bad ones change nothing."""
    try:
        new = read()
        networks(new.trusted_proxies)
    except ZonekgError as error:
        _LOG.error("settings not reloaded: %s", error)
        return
    current = in_use(app)
    changed = [f for f in fields(new) if getattr(new, f.name) != getattr(current.settings, f.name)]
    live = {f.name: getattr(new, f.name) for f in changed if f.metadata["live"]}
    others = [f.name for f in changed if not f.metadata["live"]]
    use(app, replace(current, settings=replace(current.settings, **live)))
    _LOG.info("settings reloaded", extra={FIELDS: {"changed": sorted(live), "need_a_restart": others}})


def has_terminal() -> bool:
    """Whether this process has a terminal that controls it."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
