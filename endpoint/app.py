"""The app: settings in, a WSGI application out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from endpoint import dumps, errors, health, linked_data, ontology, pages, sparql
from endpoint.execution import Executor, ThreadExecutor
from endpoint.services import EXTENSION, Services, Source
from kg_build.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
READING = ("sparql", "linked_data", "dumps", "ontology")


def create_app(config: Settings | Mapping[str, object] | None = None, *, executor: Executor | None = None) -> Flask:
    """Make the application.

    Args:
        config: The settings, or a mapping of those that differ from the defaults.
        executor: What runs queries; default: threads, as many as the setting ``threads`` says.

    The store is opened by the first request that needs it, and again whenever a build has made a new version.
    """
    settings = config if isinstance(config, Settings) else Settings.load(environ={}, **dict[str, Any](config or {}))
    app = Flask("endpoint", static_folder=None)
    app.url_map.strict_slashes = False
    # A character of a query takes up to twelve bytes in a form; what else stands in a request is short.
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = max_body(settings)
    app.config["MAX_FORM_PARTS"] = 100
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Services(settings, Source(settings), executor or ThreadExecutor(settings.threads))
    errors.register(app)
    for part in (sparql, linked_data, dumps, ontology, health, pages):
        app.register_blueprint(part.blueprint)
    app.after_request(_headers)
    return app


def max_body(settings: Settings) -> int:
    """The longest body of a request, in bytes."""
    return 12 * settings.max_query_length + 65_536


def _headers(response: Response) -> Response:
    """What every answer carries: reading is open to pages of other sites; pages of ours load nothing from elsewhere."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow)) or "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    else:
        response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Retry-After"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    return response
