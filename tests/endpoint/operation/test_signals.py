"""The command `zonekg serve` and the signals that it gets."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from serving import PATIENCE, command, started


def serving(store, folder, **settings):
    """The command in a folder with settings and a log; gives its address and the process."""
    write(folder, log_file=str(folder / "log"), **settings)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return started(command(store), cwd=folder, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)


def write(folder, **settings):
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (folder / "zonekg.toml").write_text("\n".join(lines) + "\n")


def get(address, path, **headers):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Connection": "close", **headers})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]


@pytest.fixture
def line_in(tmp_path):
    """Waits for lines of the log, which another process writes: those that begin so."""

    def wait(beginning, name="log"):
        path = tmp_path / name
        end = time.monotonic() + PATIENCE
        while True:
            found = [line for line in lines_of(path) if line["message"].startswith(beginning)] if path.exists() else []
            if found:
                return found
            assert time.monotonic() < end, "no such line"
            time.sleep(0.05)

    return wait


def test_settings_and_log_change_at_a_hangup(store, tmp_path, line_in):
    with serving(store, tmp_path) as (address, process):
        assert get(address, "/sparql?query=ASK%7B%20%20%20%20%20%7D")[0] == 200
        line_in("GET /sparql 200")  # the line may come after the answer, and must not come after the change
        (tmp_path / "log").rename(tmp_path / "log.1")
        write(tmp_path, log_file=str(tmp_path / "log"), max_query_length=8, workers=7)
        process.send_signal(signal.SIGHUP)
        (line,) = line_in("settings reloaded")
        assert (line["changed"], line["need_a_restart"]) == (["max_query_length"], ["workers"])
        assert get(address, "/sparql?query=ASK%7B%20%20%20%20%20%7D")[0] == 413
        assert [line["status"] for line in line_in("GET /sparql 413")] == [413]
        assert [line["status"] for line in line_in("GET /sparql 200", "log.1")] == [200]


def test_bad_settings_at_a_hangup_change_nothing(store, tmp_path, line_in):
    with serving(store, tmp_path) as (address, process):
        (tmp_path / "zonekg.toml").write_text("no toml")
        process.send_signal(signal.SIGHUP)
        (line,) = line_in("settings not reloaded: ")
        assert line["level"] == "error"
        assert get(address, "/health")[0] == 200


def test_no_request_is_dropped_at_the_end(store, tmp_path):
    """Clients that ask without a pause: each gets an answer, or can't connect any more."""
    with serving(store, tmp_path, stop_timeout=60) as (address, process):
        outcomes: list[object] = []
        enough = threading.Barrier(5)

        def client():
            for number in range(100_000):
                if number == 5:
                    enough.wait(PATIENCE)
                try:
                    outcomes.append(get(address, "/sparql?query=ASK%7B%7D")[0])
                except ConnectionRefusedError:
                    return
                except OSError as error:
                    outcomes.append(repr(error))
                    return

        threads = [threading.Thread(target=client) for _ in range(4)]
        for thread in threads:
            thread.start()
        enough.wait(PATIENCE)
        process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join()
        assert process.wait(PATIENCE) == 0
        assert set(outcomes) == {200}
