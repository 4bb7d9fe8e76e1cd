from __future__ import annotations

import os
import socket

import pytest
from click.testing import CliRunner

from endpoint.operation.checking import check
from endpoint.writing.tokens import TokenFile
from kg_build.cli import main
from kg_build.settings import Settings
from kg_build.store import open_for_build


@pytest.fixture
def settings(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda **given: Settings(**{"store": store, "port": 0, **given})


def levels(settings):
    """The worst of each name."""
    order = ["ok", "warn", "FAIL"]
    found = {}
    for finding in check(settings):
        found[finding.name] = max(found.get(finding.name, "ok"), finding.level, key=order.index)
    return found


def test_all_is_well(settings):
    found = levels(settings())
    assert found.pop("user") == ("warn" if os.geteuid() == 0 else "ok")
    assert set(found) == {"settings", "store", "port", "memory", "files", "log", "tokens"}
    assert set(found.values()) == {"ok"}


def test_no_store_and_an_empty_one_fail(settings, tmp_path):
    with open_for_build(tmp_path / "empty"):
        pass
    assert levels(settings(store=tmp_path / "none"))["store"] == "FAIL"
    assert levels(settings(store=tmp_path / "empty"))["store"] == "FAIL"


def test_a_taken_port_fails(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert levels(settings(port=other.getsockname()[1]))["port"] == "FAIL"


def test_plain_http_for_all_the_world_is_a_warning(settings):
    assert levels(settings(host="0.0.0.0"))["port"] == "warn"
    assert levels(settings(host="0.0.0.0", trusted_proxies="10.0.0.1"))["port"] == "ok"


def test_networks_that_are_none_fail(settings):
    assert levels(settings(trusted_proxies="x"))["settings"] == "FAIL"


def test_settings_that_everybody_may_change_are_a_warning(settings, tmp_path):
    (tmp_path / "zonekg.toml").touch()
    (tmp_path / "zonekg.toml").chmod(0o666)
    assert levels(settings())["settings"] == "warn"


def test_more_memory_than_there_is_is_a_warning(settings):
    assert levels(settings(worker_memory=1 << 50))["memory"] == "warn"
    assert levels(settings(processes=False))["memory"] == "warn"


def test_a_log_that_can_not_be_written_fails(settings, tmp_path):
    assert levels(settings(log_file=str(tmp_path / "none" / "log")))["log"] == "FAIL"
    assert levels(settings(log_file=str(tmp_path)))["log"] == "FAIL"
    assert levels(settings(log_file=str(tmp_path / "log")))["log"] == "ok"


def test_tokens_that_others_may_read_fail(settings, store, tmp_path):
    linked = tmp_path / "linked.store"
    linked.symlink_to(store)
    tokens = tmp_path / "linked.store.tokens.json"
    TokenFile(tokens).add("all", ["update"])
    assert levels(settings(store=linked))["tokens"] == "ok"
    tokens.chmod(0o640)
    assert levels(settings(store=linked))["tokens"] == "FAIL"


def test_the_command_prints_a_line_for_each_and_exits_accordingly(settings, store, tmp_path):
    good = CliRunner().invoke(main, ["serve", "--check", "--store", str(store), "--port", "0"])
    assert good.exit_code == 0, good.output
    assert f"ok    store: {store}: version " in good.output
    bad = CliRunner().invoke(main, ["serve", "--check", "--store", str(tmp_path / "none"), "--port", "0"])
    assert bad.exit_code == 1
    assert "FAIL  store: " in bad.output
    assert "ok    port: " in bad.output


def test_tokens_that_can_not_be_read_fail_as_the_server_would(settings, tmp_path):
    (tmp_path / "tokens").write_text("{")
    (tmp_path / "tokens").chmod(0o600)
    assert levels(settings(token_file=str(tmp_path / "tokens")))["tokens"] == "FAIL"


def test_an_empty_store_that_somebody_may_fill_is_well(settings, tmp_path):
    with open_for_build(tmp_path / "empty"):
        pass
    TokenFile(tmp_path / "empty.tokens.json").add("all", ["update"])
    assert levels(settings(store=tmp_path / "empty"))["store"] == "ok"
