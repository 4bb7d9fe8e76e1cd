from __future__ import annotations

import importlib
import time

import pytest
from click.testing import CliRunner

from endpoint.writing.tokens import TokenFile


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = importlib.import_module("kg_build.cli.token").command

    def call(*arguments):
        return CliRunner().invoke(command, arguments)

    return call


def test_a_token_is_shown_once_and_listed_without_its_secret(run, tmp_path):
    before = int(time.time())
    done = run("add", "robot", "--scope", "update", "--expires", "90d")
    assert done.exit_code == 0
    secret = done.stdout.strip()
    file = TokenFile(tmp_path / "zonekg.store.tokens.json")
    token = file.find(secret)
    assert token is not None
    assert (token.name, token.scopes) == ("robot", ("update",))
    assert token.expires is not None
    assert before <= token.expires - 90 * 86_400 <= time.time()
    listed = run("list").stdout
    assert listed.startswith("robot\tupdate\tmade ")
    assert secret not in listed


def test_scopes_are_both_where_nothing_is_said(run):
    run("add", "robot")
    assert "graphs+update" in run("list").stdout
    assert "for ever" in run("list").stdout


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ((), {"update", "graphs"}),
        (("both",), {"update", "graphs"}),
        (("update",), {"update"}),
        (("graphs", "update"), {"update", "graphs"}),
    ],
)
def test_a_token_is_for_all_the_scopes_that_are_given(run, tmp_path, scopes, allowed):
    secret = run("add", "robot", *(word for scope in scopes for word in ("--scope", scope))).stdout.strip()
    assert set(TokenFile(tmp_path / "zonekg.store.tokens.json").find(secret).scopes) == allowed


def test_a_revoked_token_is_gone(run, tmp_path):
    secret = run("add", "robot").stdout.strip()
    assert run("revoke", "robot").exit_code == 0
    assert TokenFile(tmp_path / "zonekg.store.tokens.json").find(secret) is None
    assert "no tokens" in run("list").stdout


@pytest.mark.parametrize(
    "arguments", [("add", "a", "--expires", "0d"), ("add", "a", "--expires", "soon"), ("add", "a", "--scope", "x")]
)
def test_what_makes_no_sense_is_refused(run, arguments):
    assert run(*arguments).exit_code == 2


def test_what_cannot_be_done_is_an_error(run):
    assert run("revoke", "nobody").exit_code != 0
    run("add", "robot")
    assert run("add", "robot").exit_code != 0


def test_the_token_of_a_store_lies_beside_it(run, tmp_path):
    run("add", "robot", "--store", str(tmp_path / "other"))
    assert (tmp_path / "other.tokens.json").is_file()
