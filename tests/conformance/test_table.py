from __future__ import annotations

import pytest
import yaml
from conformance.manifest import SETTING, TABLE, cases, expected, folder
from conformance.table import PAGE, written

pytestmark = pytest.mark.skipif(folder() is None, reason=f"{SETTING} names no folder with the suites here")


def test_every_expected_failure_is_a_test():
    known = {case.id for case in cases()} | {f"{case.suite}/*" for case in cases()}
    assert set(expected()) <= known


def test_every_suite_is_run_or_left_out_with_a_reason():
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    named = {name.partition("/")[0] for name in table["suites"]} | set(table["left-out"])
    assert named == {path.parent.name for path in folder().glob("*/manifest.ttl")}


def test_the_page_has_the_counts_of_now():
    text = PAGE.read_text(encoding="utf-8")
    assert written(text) == text, "run: python tests/conformance/table.py"
