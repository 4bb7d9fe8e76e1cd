from __future__ import annotations

import logging

import pytest

from endpoint.app import create_app, in_use, max_body
from endpoint.operation.logs import FIELDS
from endpoint.operation.reloading import take
from kg_build.errors import SettingsError
from kg_build.settings import Settings


@pytest.fixture
def app(store):
    return create_app(Settings(store=store, workers=2))


def test_live_settings_change_and_the_others_are_named(app, store, caplog):
    caplog.set_level(logging.INFO)
    take(app, lambda: Settings(store=store, workers=4, max_query_length=10, cors_origins="https://a.example"))
    settings = in_use(app).settings
    assert (settings.workers, settings.max_query_length, settings.cors_origins) == (2, 10, "https://a.example")
    assert app.config["MAX_CONTENT_LENGTH"] == max_body(settings)
    (fields,) = [getattr(record, FIELDS) for record in caplog.records]
    assert fields == {"changed": ["cors_origins", "max_query_length"], "need_a_restart": ["workers"]}
    assert app.test_client().get("/sparql?query=ASK{+++++++}").status_code == 413


def test_bad_settings_change_nothing(app, store, caplog):
    before = in_use(app).settings

    def bad():
        raise SettingsError("zonekg.toml: not TOML")

    for read in (bad, lambda: Settings(store=store, trusted_proxies="nonsense")):
        take(app, read)
    assert in_use(app).settings == before
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
