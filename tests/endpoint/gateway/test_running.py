from __future__ import annotations

import socket
import sys
import threading

import pytest

from endpoint.gateway.running import turn_away
from kg_build.settings import Settings

from .conftest import eventually, serving
from .test_front import Slow


def test_what_is_under_way_is_answered_before_the_end(store):
    app = Slow()
    with serving(Settings(store=store), app) as served:
        app.services = served.services
        answers = []
        client = threading.Thread(target=lambda: answers.append(served.ask(path="/")[1]))
        client.start()
        eventually(lambda: app.calls == 1)
        served.server.stop(60)
        eventually(lambda: not served.server.servers[0].is_serving())
        app.may.release()
        client.join(120)
        assert answers == [b"answer"]


def test_connections_with_nothing_to_do_hold_up_no_end(store):
    with serving(Settings(store=store)) as served, served.connect() as idle:
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n")
        assert idle.recv(4096).startswith(b"HTTP/1.1 200")
        served.server.stop(60)
        idle.settimeout(120)
        while idle.recv(4096):
            pass


def test_the_server_tells_its_name_and_no_version(served):
    assert served.ask(path="/health")[0].getheader("Server") == "zonekg"


@pytest.mark.skipif(sys.platform != "linux", reason="there are no socket filters")
def test_at_the_end_nobody_more_comes_to_the_door_and_who_stands_there_is_let_in():
    with socket.create_server(("127.0.0.1", 0)) as door:
        early = socket.create_connection(door.getsockname(), 120)
        turn_away(door)
        with pytest.raises(TimeoutError):
            socket.create_connection(door.getsockname(), 0.2)
        early.sendall(b"here")
        inside, _ = door.accept()
        assert inside.recv(4) == b"here"
        early.close()
        inside.close()
