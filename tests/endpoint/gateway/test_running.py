from __future__ import annotations

import threading

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
