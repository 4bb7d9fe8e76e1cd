from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.operation.proxies import FORWARDED, is_local, networks, resolve
from kg_build.errors import SettingsError

TRUSTED = networks("10.0.0.0/8 ::1 127.0.0.1")


def resolved(peer, **headers):
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_HOST": "own"}
    environ |= {f"HTTP_{name}": value for name, value in headers.items()}
    resolve(environ, TRUSTED)
    return environ


@pytest.mark.parametrize(
    ("peer", "list_", "client"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.7", "203.0.113.7"),  # The first was written by the client itself.
        ("10.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("::1", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("192.0.2.1", "203.0.113.7", "192.0.2.1"),
    ],
)
def test_the_client_is_the_first_that_is_no_proxy(peer, list_, client):
    assert resolved(peer, X_FORWARDED_FOR=list_)["REMOTE_ADDR"] == client


def test_scheme_and_host_are_taken_from_a_trusted_proxy():
    environ = resolved("10.0.0.1", X_FORWARDED_PROTO="https", X_FORWARDED_HOST="data.example.org")
    assert (environ["wsgi.url_scheme"], environ["HTTP_HOST"]) == ("https", "data.example.org")


@pytest.mark.parametrize("host", ["a\r\nb", "<script>", "a b", "", "a/b", "a@b"])
def test_a_host_that_is_none_is_not_taken(host):
    assert resolved("10.0.0.1", X_FORWARDED_HOST=host)["HTTP_HOST"] == "own"


def test_nothing_is_taken_from_others_and_nothing_is_left():
    environ = resolved("192.0.2.1", X_FORWARDED_PROTO="https", X_FORWARDED_HOST="evil", X_FORWARDED_FOR="127.0.0.1")
    assert (environ["wsgi.url_scheme"], environ["HTTP_HOST"], environ["REMOTE_ADDR"]) == ("http", "own", "192.0.2.1")
    assert environ[FORWARDED]
    assert not any(name.startswith("HTTP_X_") for name in environ)


@given(st.text(), st.text(), st.text())
def test_nothing_that_is_sent_is_an_error(forwarded, scheme, host):
    environ = resolved("10.0.0.1", X_FORWARDED_FOR=forwarded, X_FORWARDED_PROTO=scheme, X_FORWARDED_HOST=host)
    assert environ["wsgi.url_scheme"] in {"http", "https"}


def test_local_is_who_asks_for_nobody_else():
    assert is_local({"REMOTE_ADDR": "127.0.0.1"})
    assert is_local({"REMOTE_ADDR": "::1"})
    assert not is_local({"REMOTE_ADDR": "192.0.2.1"})
    assert not is_local({})
    # A proxy on this machine that nobody has named: its clients may be anywhere.
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"}
    resolve(environ, ())
    assert not is_local(environ)


def test_a_bad_setting_is_one_line():
    with pytest.raises(SettingsError, match=r"not an address or a network: 10\.0\.0\.1/8"):
        networks("10.0.0.1/8")
