"""The service manifest (section 3.1): what the service can do and where."""

from __future__ import annotations

from typing import Final

from flask import url_for

from endpoint.reconcile.extend import SETTINGS
from endpoint.reconcile.schema import schema
from endpoint.reconcile.suggest import KINDS
from endpoint.services import services
from endpoint.version import software_version
from ontology.terms import ZONE

VERSIONS: Final = ["0.2"]
"""Of the API. 0.1 has a single query without a batch besides, which is answered with a problem that says so."""
NAME: Final = "开发区知识图谱 zonekg"
BY_ID: Final = "?id={{id}}"
WIDTH, HEIGHT = 420, 300
"""Pixels of a preview."""


def manifest() -> dict[str, object]:
    """The manifest, with addresses as the client came to this one."""
    root = url_for("pages.start", _external=True).rstrip("/")

    return {
        "versions": VERSIONS,
        "name": NAME,
        "identifierSpace": services().settings.base_iri,
        "schemaSpace": ZONE.iri,
        "documentation": f"{root}{url_for('pages.start')}",
        "logo": f"{root}{url_for('reconcile.static', filename='logo.svg')}",
        "serviceVersion": software_version(),
        "defaultTypes": [{"id": one.id, "name": one.name} for one in schema().types.values() if one.broader is None],
        "view": {"url": f"{root}{url_for('reconcile.view')}{BY_ID}"},
        "preview": {"url": f"{root}{url_for('reconcile.preview')}{BY_ID}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            kind: {
                "service_url": root,
                "service_path": url_for("reconcile.suggestions", kind=kind),
                "flyout_service_url": root,
                "flyout_service_path": url_for("reconcile.flyout", kind=kind) + "?id=${id}",
            }
            for kind in KINDS
        },
        "extend": {
            "propose_properties": {"service_url": root, "service_path": url_for("reconcile.properties")},
            "property_settings": SETTINGS,
        },
        "batchSize": services().settings.reconcile_batch,
    }
