from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from serving import PATIENCE

from endpoint.workers.handles import Handle, handle_of, slow_down


@pytest.fixture
def child():
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        yield process
        process.kill()


@pytest.fixture
def handle(child):
    descriptor = handle_of(child.pid)
    if descriptor is None:
        pytest.skip("this system has no handles of processes")
    return Handle(child.pid, descriptor)


def test_a_process_is_killed_by_its_handle(child, handle):
    assert not handle.has_ended(0)
    handle.kill()
    assert handle.has_ended(PATIENCE)
    assert child.wait() == -signal.SIGKILL


def test_one_that_is_gone_is_no_error(child, handle, monkeypatch):
    child.kill()
    child.wait()
    assert handle.has_ended(0)
    handle.kill()
    monkeypatch.setattr(os, "setpriority", None)  # Its number may be another's.
    handle.slow_down()


def test_a_handle_is_closed_with_its_object(child):
    descriptor = handle_of(child.pid)
    if descriptor is None:
        pytest.skip("this system has no handles of processes")
    Handle(child.pid, descriptor)
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptor)


def test_a_system_without_handles_has_none_to_give(monkeypatch):
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    assert handle_of(os.getpid()) is None


def test_all_threads_are_put_back(child):
    before = os.getpriority(os.PRIO_PROCESS, child.pid)
    slow_down(child.pid)
    assert os.getpriority(os.PRIO_PROCESS, child.pid) == min(19, before + 15)
    child.kill()
    child.wait()
    slow_down(child.pid)
