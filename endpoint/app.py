"""The app: settings in, a WSGI application out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, request

from endpoint import (
    api,
    compression,
    description,
    dumps,
    errors,
    graph_store,
    health,
    limits,
    linked_data,
    metrics,
    ontology,
    pages,
    reconcile,
    sparql,
    update,
)
from endpoint.execution import Executor, ThreadExecutor
from endpoint.gateway.cache import AnswerCache
from endpoint.limits import SECURITY_HEADERS
from endpoint.operation.metrics import State
from endpoint.operation.observing import Observed
from endpoint.operation.records import note
from endpoint.services import EXTENSION, Services, Source, services
from endpoint.sparql.federation import Federation
from endpoint.writing.service import Writing
from kg_build.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from endpoint.dumps.files import DumpFiles


def create_app(config: Settings | Mapping[str, object] | None = None, *, executor: Executor | None = None) -> Flask:
    """Make the application.

    Args:
        config: The settings, or a mapping of those that differ from the defaults.
        executor: What runs queries; default: threads, as many as the setting ``threads`` says.

    The store is opened by the first request that needs it, and again whenever a build has made a new version.
    """
    settings = config if isinstance(config, Settings) else Settings.load(environ={}, **dict[str, Any](config or {}))
    app = Flask("endpoint", static_folder=None)
    # An address is what it is: none is answered by a redirect to a tidier one.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.config["MAX_FORM_PARTS"] = 100
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    runs = executor or ThreadExecutor(settings.threads)
    made = Services(
        settings,
        Source(settings),
        runs,
        Federation.from_settings(settings),
        Writing(settings),
        AnswerCache(settings.cache_memory),
    )
    made.metrics.parts["cache"] = made.answers.statistics
    made.metrics.registry.register(State(lambda: in_use(app)))
    use(app, made)
    errors.register(app)
    limits.register(app)
    for part in (sparql, update, graph_store, linked_data, reconcile, dumps, description, ontology, health, metrics, api, pages):
        app.register_blueprint(part.blueprint)
    compression.register(app)
    app.after_request(_headers)
    app.after_request(errors.precondition)  # The last one is called first.
    app.wsgi_app = Observed(app.wsgi_app, lambda: in_use(app))  # type: ignore[method-assign]
    return app


def in_use(app: Flask) -> Services:
    """What an app works with now."""
    return cast("Services", app.extensions[EXTENSION])


def close(app: Flask) -> None:
    """End what an app runs and close what it has open. It lies in cycles: all would stay open until these are found."""
    in_use(app).close()
    files: DumpFiles = app.extensions[dumps.EXTENSION_DUMPS]
    files.close()


def use(app: Flask, made: Services) -> None:
    """Let an app work with this from the next request on."""
    # A character of a query takes up to twelve bytes in a form; what else stands in a request is short.
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = max_body(made.settings)
    app.extensions[EXTENSION] = made


def max_body(settings: Settings) -> int:
    """The longest body of a request, in bytes."""
    return 12 * settings.max_query_length + 65_536


def _headers(response: Response) -> Response:
    """What every answer carries: which sites' pages may read it; pages of ours load nothing from elsewhere."""
    if request.url_rule is not None:
        note(route=request.url_rule.rule)
    _open_to_origins(response)
    # Werkzeug dates the answers to conditional requests, the server dates all: a second date is one too many (RFC 9110, 5.3).
    response.headers.pop("Date", None)
    framed = "Content-Security-Policy" in response.headers  # What other sites may show in a frame says so itself.
    for name, value in SECURITY_HEADERS.items():
        if not (framed and name == "X-Frame-Options"):
            response.headers.setdefault(name, value)
    return response


def _open_to_origins(response: Response) -> None:
    """Cross-origin resource sharing, as the setting ``cors_origins`` says (Fetch standard, section 3.2)."""
    origins = services().settings.cors_origins.split()
    if "*" in origins:
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        response.vary.add("Origin")
        if request.origin is None or request.origin not in origins:
            return
        response.headers["Access-Control-Allow-Origin"] = request.origin
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(response.allow)) or "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = (
            "Accept, Authorization, Content-Encoding, Content-Type, If-Match, If-None-Match"
        )
        response.headers["Access-Control-Max-Age"] = "86400"
    else:
        response.headers["Access-Control-Expose-Headers"] = (
            "Cache-Status, ETag, Last-Modified, Link, Location, Retry-After, WWW-Authenticate, Zonekg-Version"
        )
