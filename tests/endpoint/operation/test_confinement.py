from __future__ import annotations

import json
import subprocess
import sys

import pytest

CODE = """
import json, logging, re, resource, subprocess, sys
from pathlib import Path
from endpoint.operation.confinement import confine
confine()
fields = dict(line.split(":\\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
below = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout
fields["below"] = dict(line.split(":\\t", 1) for line in below.splitlines())["CapEff"]
fields["core"] = resource.getrlimit(resource.RLIMIT_CORE)[0]
fields["files"] = resource.getrlimit(resource.RLIMIT_NOFILE)
print(json.dumps(fields))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="privileges are Linux's")
def test_what_is_given_up_is_gone_for_good():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    status = json.loads(done.stdout)
    root = status["Uid"].split()[1] == "0"
    assert status["NoNewPrivs"] == "1"
    for name in ("CapEff", "CapPrm", "CapAmb", "CapInh", "below"):
        assert int(status[name], 16) & ~(0b10 if root else 0) == 0, name
    assert status["core"] == 0
    soft, hard = status["files"]
    assert soft == min(hard, 65_536) or soft > 65_536
    assert ("running as root" in done.stderr) == root
