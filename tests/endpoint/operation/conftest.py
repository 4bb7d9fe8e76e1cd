from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from endpoint.app import create_app


class Reading(FlaskClient):
    """Reads every answer to its end and closes it, as a server does."""

    def open(self, *arguments, buffered=True, **options):
        return super().open(*arguments, buffered=buffered, **options)


@pytest.fixture
def reading():
    """A client of an app with other settings."""

    def make(settings, **options):
        app = create_app(settings, **options)
        app.test_client_class = Reading
        return app.test_client()

    return make


@pytest.fixture
def client(app):
    return Reading(app)
