"""WSGI servers beside each other, over an application that does nothing: what a request costs, and what they can't do.

    python benchmarks/endpoint/servers.py [--rounds 3] [--seconds 2]

Needs the harness in ZONEKG_BENCH (`make` sets it), and installs the servers into an environment in build/bench. Prints, as a
Markdown table: requests a second of eight clients; microseconds of processor that the server takes for a request, which say
more where the machine has other work; whether an answer that breaks off looks so; whether the application can know, before it
has sent anything, that the client has left.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from plain import SERVERS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("waitress==3.0.2", "gunicorn==27.0.1", "cheroot==11.1.2", "granian==2.8.7")
PORT = 8400


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    arguments = parser.parse_args()
    harness = Path(os.environ.get("ZONEKG_BENCH", ""), "endpoint").resolve()
    if not (harness / "bench.py").is_file():
        print("skipped: ZONEKG_BENCH names no folder with endpoint/bench.py in it")
        return
    site = ROOT / "build" / "bench" / "servers"
    if not site.is_dir():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(site), *PACKAGES], check=True)
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent), str(site), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    running = {
        name: subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "plain.py"), name, str(PORT + number)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for number, name in enumerate(SERVERS)
    }
    try:
        measure(harness, running, arguments.rounds, arguments.seconds)
    finally:
        for process in running.values():
            process.terminate()
            process.wait(20)


def measure(harness: Path, running: dict[str, subprocess.Popen[bytes]], rounds: int, seconds: float) -> None:
    """Ask all of them in turn, and print."""
    rates: dict[str, list[float]] = {name: [] for name in running}
    costs: dict[str, list[float]] = {name: [] for name in running}
    for number in range(len(running)):
        wait_for(PORT + number)
    for _ in range(rounds):
        for number, (name, process) in enumerate(running.items()):
            before = processor(process.pid)
            options = ["--only", "q01", "--clients", "8", "--seconds", str(seconds), "--name", name]
            url = f"http://127.0.0.1:{PORT + number}/"
            done = subprocess.run(
                [sys.executable, str(harness / "bench.py"), "--query-url", url, *options],
                capture_output=True,
                text=True,
                check=True,
            )
            result = json.loads(done.stdout.splitlines()[0])
            rates[name].append(result["rps"])
            costs[name].append(1e6 * (processor(process.pid) - before) / result["n"])
    print("| server | requests/s | µs of processor a request | breaks off visibly | tells of departures |")
    print("| --- | ---: | ---: | --- | --- |")
    for number, name in enumerate(running):
        ends = ask(PORT + number, "/broken").endswith(b"0\r\n\r\n")
        told = ask(PORT + number, "/told").rpartition(b"\r\n\r\n")[2].decode()
        rate, cost = statistics.median(rates[name]), statistics.median(costs[name])
        print(f"| {name} | {rate:.0f} | {cost:.0f} | {'no' if ends else 'yes'} | {told} |")


def ask(port: int, path: str) -> bytes:
    """The whole answer, as it came."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
        with connection.makefile("rb") as file:
            return file.read()


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    end = time.monotonic() + 60
    while True:
        try:
            ask(port, "/")
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def processor(pid: int) -> float:
    """Seconds of processor that a process and all below it have had."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return own + sum(processor(int(child)) for task in tasks for child in (task / "children").read_text().split())


if __name__ == "__main__":
    main()
