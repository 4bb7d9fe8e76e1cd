"""What the process gives up before it answers anybody: privileges, capabilities, core dumps. Linux; elsewhere only the limits.

Threads and processes that are made later take after it, so this comes first. Constants are those of ``linux/prctl.h`` and
``linux/capability.h``.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import sys
from typing import Final

_LOG = logging.getLogger(__name__)
MOST_FILES: Final = 65_536
"""File descriptors are enough; some libraries go through all that there may be."""
_SET_NO_NEW_PRIVS, _CAPBSET_READ, _CAPBSET_DROP, _CAP_AMBIENT, _CLEAR_ALL = 38, 23, 24, 47, 4
_VERSION_3 = 0x20080522
_DAC_OVERRIDE = 1
"""Lets root read a store that is somebody else's."""


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Data(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def confine() -> None:
    """Give up for good what serving doesn't need. What can't be given up is logged, and no reason not to serve."""
    if os.geteuid() == 0:
        _LOG.warning("running as root: give the server a user of its own")
    limit()
    if sys.platform == "linux":
        try:
            _drop()
        except (OSError, AttributeError) as error:
            _LOG.warning("can't give up privileges: %s", error)


def limit() -> None:
    """No core dumps, which would have queries and texts in them, and as many connections as the system allows."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if most == resource.RLIM_INFINITY else min(most, MOST_FILES)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _drop() -> None:
    """No program that is started gains anything; no capabilities, but for root the one that it reads files with."""
    libc = ctypes.CDLL(None, use_errno=True)

    def control(option: int, *arguments: int) -> int:
        given = [ctypes.c_ulong(a) for a in (*arguments, 0, 0, 0, 0)[:4]]
        result: int = libc.prctl(option, *given)
        return result

    if control(_SET_NO_NEW_PRIVS, 1) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    kept = 1 << _DAC_OVERRIDE if os.geteuid() == 0 else 0
    control(_CAP_AMBIENT, _CLEAR_ALL)
    number = 0
    while control(_CAPBSET_READ, number) >= 0:
        if not kept >> number & 1:
            control(_CAPBSET_DROP, number)  # Refused to who has no right to: then there is little to be had in it.
        number += 1
    header, data = _Header(_VERSION_3, 0), (_Data * 2)()
    if libc.capget(ctypes.byref(header), data) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    for half, mask in zip(data, (kept & 0xFFFFFFFF, kept >> 32), strict=True):
        half.permitted &= mask
        half.effective &= mask
        half.inheritable = 0
    if libc.capset(ctypes.byref(header), data) != 0:
        raise OSError(ctypes.get_errno(), "capset")
