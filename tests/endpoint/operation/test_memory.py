from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from endpoint.operation.memory import give_back

BODIES = """
import io, os, sys
from endpoint.operation.memory import give_back
assert give_back() if sys.argv[1:] else True

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

kept = []
for _ in range(3):
    bodies = [io.BytesIO() for _ in range(100)]
    for _ in range(16):
        for body in bodies:
            body.write(bytes(65_536))
            kept.append(bytes(600))  # Of a size that Python leaves to the C library.
    most = resident()
    bodies.clear()
print(most, resident())
"""


def resident(*arguments):
    """MB with a hundred bodies of a megabyte, and when they are gone."""
    done = subprocess.run([sys.executable, "-c", BODIES, *arguments], capture_output=True, text=True, check=True)
    return [int(number) for number in done.stdout.split()]


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another C library")
def test_what_bodies_took_goes_back_when_they_are_gone():
    most, left = resident("told")
    assert most > 100
    assert left < 50
    assert resident()[1] > left + 20  # Else nobody needs to be told.


def test_a_library_that_knows_nothing_of_it_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert not give_back()
