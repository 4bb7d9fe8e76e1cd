from __future__ import annotations

import socket

import pytest

from endpoint.clients import departure, name


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_client_has_one_name_for_all_its_addresses(address, expected):
    assert name(address) == expected


def test_a_server_may_tell_of_departures_itself():
    assert departure({"waitress.client_disconnected": lambda: True})()


@pytest.mark.parametrize("key", ["gunicorn.socket", "werkzeug.socket"])
def test_a_departure_is_seen_on_the_connection(key):
    here, there = socket.socketpair()
    with here:
        is_gone = departure({key: here})
        assert not is_gone()
        there.send(b"more")
        assert not is_gone()
        here.recv(4)
        there.close()
        assert is_gone()
    assert is_gone()


def test_where_nothing_is_told_nothing_is_known():
    assert departure({}) is None
