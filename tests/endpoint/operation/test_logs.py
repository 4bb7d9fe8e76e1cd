from __future__ import annotations

import io
import json
import logging
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.operation.logs import FIELDS, BrokenOffError, JsonFormatter, Log, TextFormatter, clean
from kg_build.errors import SettingsError
from kg_build.settings import Settings


@pytest.fixture
def logged():
    """A log as JSON; gives what was written."""
    stream = io.StringIO()
    log = Log(Settings(), stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    log.close()


def test_a_record_is_an_object_a_line(logged):
    logging.getLogger("a.b").info("said %s", "so", extra={FIELDS: {"request_id": "r", "seconds": 0.5}})
    (line,) = logged()
    assert (line["level"], line["logger"], line["message"]) == ("info", "a.b", "said so")
    assert (line["request_id"], line["seconds"]) == ("r", 0.5)
    assert line["time"].endswith("Z")


def test_an_exception_stays_on_its_line(logged):
    try:
        raise ValueError("wrong")
    except ValueError:
        logging.getLogger("a").exception("failed")
    (line,) = logged()
    assert "ValueError: wrong" in line["exception"]


def test_what_was_broken_off_on_purpose_is_told_once(logged):
    try:
        raise BrokenOffError("timeout")
    except BrokenOffError:
        logging.getLogger("waitress").exception("Exception while serving /sparql")
    assert logged() == []


def record(message, **fields):
    made = logging.makeLogRecord({"msg": message, "levelno": logging.INFO, "levelname": "INFO", "name": "a"})
    setattr(made, FIELDS, fields)
    return made


@given(st.text(), st.text())
def test_no_request_can_forge_a_line(message, value):
    for formatter in (JsonFormatter(), TextFormatter()):
        assert len(formatter.format(record(message, value=value)).splitlines()) == 1


def test_text_is_for_people():
    line = TextFormatter().format(record("GET / 200", path="/a b", status=200, agent=""))
    assert line.endswith('info GET / 200 path="/a b" status=200 agent=""')


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abc.def-1", "abc"),
        ("authorization=Basic dXNlcg==", "dXNl"),
        ("/sparql?query=ASK{}&access_token=abc123&x=1", "abc123"),
        ("token: s3cret", "s3cret"),
        ("password=hunter2", "hunter2"),
        ("api_key=k1", "k1"),
    ],
)
def test_secrets_are_blotted_out(text, secret):
    assert secret not in clean(text)
    assert "***" in clean(text)


def test_what_is_no_secret_stays():
    text = "SELECT ?token { ?token a <http://e/Token> } # keys and bearers"
    assert clean(text) == text


def test_long_texts_are_cut():
    assert len(clean("x" * 1000)) == 501


def test_a_file_that_was_moved_away_is_opened_anew(tmp_path):
    settings = Settings(log_file=str(tmp_path / "log"))
    log = Log(settings)
    try:
        logging.getLogger("a").info("one")
        (tmp_path / "log").rename(tmp_path / "log.1")
        log.reopen(settings)
        logging.getLogger("a").info("two")
    finally:
        log.close()
    assert [json.loads((tmp_path / name).read_text())["message"] for name in ("log.1", "log")] == ["one", "two"]
    assert not (tmp_path / "log").stat().st_mode & stat.S_IRWXO


def test_a_file_that_can_not_be_written_is_one_line(tmp_path):
    with pytest.raises(SettingsError, match="can't be written: No such file"):
        Log(Settings(log_file=str(tmp_path / "none" / "log")))
