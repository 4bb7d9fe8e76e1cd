from __future__ import annotations

import errno
import socket
import sys
import threading
import time

import pytest

from endpoint.gateway import door
from endpoint.gateway.running import ARRIVING

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a listener just closes")
FAMILIES = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]


@pytest.mark.parametrize(("family", "host"), FAMILIES)
def test_who_waits_is_let_in_and_nobody_more_comes(family, host):
    with socket.create_server((host, 0), family=family) as listener:
        address = listener.getsockname()[:2]
        with socket.create_connection(address, 120) as early:
            door.guard(listener)
            with pytest.raises(TimeoutError):
                socket.create_connection(address, 0.2)
            early.sendall(b"here")
            listener.setblocking(False)
            (inside,) = door.waiting(listener)
            with inside:
                inside.setblocking(True)
                assert inside.recv(4) == b"here"


def test_a_handshake_that_is_under_way_ends():
    """Clients connect without a pause while the door closes: each connection that they have made was let in."""
    for _ in range(5):
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            address = listener.getsockname()
            made, failures = [], []
            many = threading.Event()

            def client(address=address, made=made, failures=failures, many=many):
                while True:
                    one = socket.socket()
                    one.settimeout(120)
                    if (error := one.connect_ex(address)) != 0:
                        failures.append(error)
                        one.close()
                        return
                    made.append(one)
                    if len(made) > 50:
                        many.set()

            clients = [threading.Thread(target=client) for _ in range(3)]
            for one in clients:
                one.start()
            many.wait(120)
            door.guard(listener)
            listener.setblocking(False)
            came = door.waiting(listener)
            time.sleep(ARRIVING)
            came += door.waiting(listener)
        for one in clients:
            one.join()
        assert failures == [errno.ECONNREFUSED] * 3
        assert {one.getsockname() for one in made} == {one.getpeername() for one in came}
        for one in made + came:
            one.close()


def test_what_comes_between_is_read_once_it_is_let_in():
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname(), 120) as client:
        inside, _ = listener.accept()
        with inside:
            door.guard(inside)
            client.sendall(b"here")
            inside.settimeout(0.1)
            with pytest.raises(TimeoutError):
                inside.recv(4)
            door.let_in(inside)
            inside.settimeout(120)
            assert inside.recv(4) == b"here"
