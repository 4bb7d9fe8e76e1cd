"""That memory for what is large goes back to the system when it is through. The GNU C library; others need no telling.

That library takes what is large from the system apart from the rest, and gives it back as soon as it is freed. But each such
block that is freed raises the bound from which on a block is large, up to 32 MB, and what is below lies between small
blocks that stay: a server that takes megabytes now and then keeps them. A bound that is set stays (``mallopt(3)``).
"""

from __future__ import annotations

import ctypes
from typing import Final

LARGE: Final = 1 << 18
"""Bytes from which on a block is large."""
LEFT_OVER: Final = 1 << 17
"""Bytes that may be free at a heap's end: the library's own choice, which would be raised with the other."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


def give_back() -> bool:
    """Give memory back from here on, in this process; returns whether that could be arranged."""
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return all(tell(which, size) == 1 for which, size in ((_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, LEFT_OVER)))
