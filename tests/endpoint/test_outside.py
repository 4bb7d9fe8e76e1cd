from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from endpoint.outside import AT_ONCE, Outside, OutsideError, is_public
from kg_build.errors import SettingsError

PUBLIC = "93.184.215.14"
NOT_PUBLIC = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.0.3", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "::5db8:d70e",
    "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::1",
    "2002:5db8:d70e::1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::5db8:d70e", "100::1", "127.1", "2130706433",
    "0x7f.1", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_that_the_world_cant_reach(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:21f:cb07::1", f"::ffff:{PUBLIC}", f"64:ff9b::{PUBLIC}"])
def test_addresses_that_the_world_can_reach(address):
    assert is_public(address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        self.server.answer(self)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args):
        pass

    def say(self, status=200, content=b"fine", **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "Text/Plain; charset=utf-8", "Content-Length": len(content), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        made.asked = []
        made.answer = Handler.say
        made.done = threading.Event()
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.done.set()
        made.shutdown()
        thread.join()


@pytest.fixture
def nat(server, monkeypatch):
    """Lets connections to the one public address end at the server, and notes where connections go."""
    real, went = socket.create_connection, []

    def connect(address, *arguments, **options):
        went.append(address)
        return real((("127.0.0.1", server.server_port) if address[0] == PUBLIC else address), *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    return went


def outside(*hosts, resolve=lambda *_: [PUBLIC], most_bytes=1000):
    return Outside(hosts, most_bytes=most_bytes, resolve=resolve)


def get(it, url, seconds=20.0, **options):
    return it.fetch(url, "text/plain", seconds, **options)


def test_a_listed_host_is_asked_at_the_address_that_was_checked(server, nat):
    answer = get(outside("data.example"), "http://data.example/sparql?query=a%20b#part")
    assert (answer.media_type, answer.content) == ("text/plain", b"fine")
    assert nat == [(PUBLIC, 80)]
    ((method, path, headers, body),) = server.asked
    assert (method, path, body) == ("GET", "/sparql?query=a%20b", b"")
    assert headers["Host"] == "data.example"
    assert {"Cookie", "Authorization", "Referer"}.isdisjoint(headers)


def test_a_form_is_posted(server, nat):
    get(outside("data.example:8080"), "http://Data.Example.:8080/sparql", form=b"query=a")
    ((method, _, headers, body),) = server.asked
    assert (method, headers["Content-Type"], body) == ("POST", "application/x-www-form-urlencoded", b"query=a")
    assert nat == [(PUBLIC, 8080)]


def test_a_name_is_looked_up_once(server, nat):
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    it = outside("data.example", resolve=lambda *_: next(answers))
    get(it, "http://data.example/")
    assert nat == [(PUBLIC, 80)]
    with pytest.raises(OutsideError, match="not public"):
        get(it, "http://data.example/")
    assert len(nat) == len(server.asked) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1", "fe80::1%lo"])
def test_a_name_that_leads_inside_is_refused(nat, address):
    for found in ([address], [PUBLIC, address], []):
        with pytest.raises(OutsideError, match="not public"):
            get(outside("data.example", resolve=lambda *_, found=found: found), "http://data.example/")
    assert nat == []


def test_a_name_of_this_machine_is_refused(nat):
    with pytest.raises(OutsideError, match=r"not public|no such name"):
        Outside(["localhost"], most_bytes=1).fetch("http://localhost/", "*/*", 5)
    assert nat == []


def test_an_address_that_is_listed_is_asked(server):
    assert get(outside(f"127.0.0.1:{server.server_port}"), f"http://127.0.0.1:{server.server_port}/").content == b"fine"


@pytest.mark.parametrize(
    "url",
    ["http://other.example/", "http://data.example:81/", "http://127.0.0.1/", "http://[::1]/",
     "http://2130706433/", "http://data.example.evil.example/", "http://evil.example/data.example", "http://sub.data.example/",
     "http://evil.example#data.example", "http://evil.example\\@data.example/"],
)  # fmt: skip
def test_what_is_not_listed_is_refused(nat, url):
    with pytest.raises(OutsideError, match="not on the list"):
        get(outside("data.example"), url)
    assert nat == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://data.example/", "data.example", "//data.example/", "http:///", "http://u:p@data.example/",
            "http://data.example:99999/", "http://data.example\r\nX: y/", "", "gopher://data.example/"]
)  # fmt: skip
def test_what_is_no_address_is_refused(nat, url):
    with pytest.raises(OutsideError, match=r"not the address|not on the list"):
        get(outside("data.example"), url)
    assert nat == []


@pytest.mark.parametrize(
    "entry", ["http://data.example", "a@data.example", "data.example/path", "data.example:port", "a?b", "#", "[::1"]
)
def test_a_list_of_what_is_no_host_is_an_error(entry):
    with pytest.raises(SettingsError, match="service_hosts"):
        outside(entry)


def redirect(*steps):
    left = list(steps)

    def answer(handler):
        if left:
            status, place = left.pop(0)
            handler.say(status, b"", Location=place)
        else:
            handler.say()

    return answer


def test_redirects_are_followed_to_listed_hosts(server, nat):
    server.answer = redirect((302, "/there"), (307, "http://second.example/here"))
    assert get(outside("data.example", "second.example"), "http://data.example/").content == b"fine"
    assert [path for _, path, *_ in server.asked] == ["/", "/there", "/here"]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("http://127.0.0.1/", "not on the list"),
        ("http://[::1]/", "not on the list"),
        ("http://other.example/", "not on the list"),
        ("http://inside.example/", "not public"),
        ("file:///etc/passwd", "not the address"),
        ("gopher://127.0.0.1/", "not the address"),
    ],
)
def test_redirects_are_checked(server, nat, place, reason):
    server.answer = redirect((301, place))
    it = outside("data.example", "inside.example", resolve=lambda host, _: ["10.0.0.1" if host.startswith("inside") else PUBLIC])
    with pytest.raises(OutsideError, match=reason):
        get(it, "http://data.example/")
    assert nat == [(PUBLIC, 80)]


def test_redirects_have_an_end(server, nat):
    server.answer = redirect(*[(302, "/again")] * 9)
    with pytest.raises(OutsideError, match="more than 3 times"):
        get(outside("data.example"), "http://data.example/")
    assert len(server.asked) == 4


def test_a_form_follows_only_where_it_stays_one(server, nat):
    server.answer = redirect((307, "/there"))
    get(outside("data.example"), "http://data.example/", form=b"a=b")
    assert [(method, body) for method, _, _, body in server.asked] == [("POST", b"a=b")] * 2
    server.answer = redirect((302, "/there"))
    with pytest.raises(OutsideError, match="would lose"):
        get(outside("data.example"), "http://data.example/", form=b"a=b")


@pytest.mark.parametrize(
    ("say", "reason"),
    [
        ({"status": 500}, "answers with 500"),
        ({"status": 204, "content": b""}, "answers with 204"),
        ({"content": b"x" * 1001}, "more than 1000 bytes"),
        ({"Content_Encoding": "gzip"}, "compresses"),
        ({"Content_Length": 9}, "no answer"),
    ],
)
def test_answers_that_are_none(server, nat, say, reason):
    def answer(handler):
        handler.say(**say)
        handler.close_connection = True

    server.answer = answer
    with pytest.raises(OutsideError, match=reason):
        get(outside("data.example"), "http://data.example/")


def test_an_answer_that_isnt_http_is_none(server, nat):
    server.answer = lambda handler: handler.wfile.write(b"hello\r\n\r\n")
    with pytest.raises(OutsideError, match="no answer"):
        get(outside("data.example"), "http://data.example/")


@pytest.mark.parametrize(
    "begin",
    [b"", b"HTTP/1.1 200 OK\r\nX-", b"HTTP/1.1 200 OK\r\n\r\nsome", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
)
def test_an_answer_that_doesnt_end_is_cut(server, nat, begin):
    def answer(handler):
        handler.wfile.write(begin)
        handler.server.done.wait(60)
        handler.close_connection = True

    server.answer = answer
    with pytest.raises(OutsideError, match="in time"):
        get(outside("data.example"), "http://data.example/", 0.3)


def test_an_answer_that_drips_is_cut(server, nat):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not handler.server.done.wait(0.02):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    server.answer = answer
    with pytest.raises(OutsideError, match="in time"):
        get(outside("data.example"), "http://data.example/", 0.5)


def test_a_server_that_isnt_there_is_told(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(OutsideError, match="no answer"):
            get(outside(f"127.0.0.1:{port}"), f"http://127.0.0.1:{port}/")


def test_a_certificate_must_be_the_names(server, nat):
    with pytest.raises(OutsideError, match="no answer"):
        get(outside("data.example"), "https://data.example/")
    assert server.asked == []


def test_the_next_address_is_tried(server, monkeypatch):
    real, went = socket.create_connection, []

    def connect(address, *arguments, **options):
        went.append(address[0])
        if address[0] == "8.8.8.8":
            raise ConnectionRefusedError
        return real(("127.0.0.1", server.server_port), *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    get(outside("data.example", resolve=lambda *_: ["8.8.8.8", PUBLIC]), "http://data.example/")
    assert went == ["8.8.8.8", PUBLIC]


@contextmanager
def all_turns_taken(it):
    for _ in range(AT_ONCE):
        assert it._turns.acquire(blocking=False)
    yield
    it._turns.release(AT_ONCE)


def test_no_more_than_so_many_at_once(server, nat):
    it = outside("data.example")
    with all_turns_taken(it), pytest.raises(OutsideError, match="under way"):
        get(it, "http://data.example/", 0.05)
    assert get(it, "http://data.example/").content == b"fine"


def test_the_environments_proxy_is_not_asked(server, nat, monkeypatch):
    for name in ("http_proxy", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    get(outside("data.example"), "http://data.example/")
    assert nat == [(PUBLIC, 80)]
