"""``/dump/``: the whole graph for download.

``/dump/zonekg.{ttl,trig,nq,nt,rdf,jsonld}[.gz]`` is the graph as it is now. ``/dump/latest/…`` redirects to the same under the
number of its version, an address whose bytes never change: what was begun there can be taken up again, even when a build
has made a new version meanwhile, as long as the files of the version before are kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file, url_for
from werkzeug.routing import BaseConverter

from endpoint.dumps.files import BY_SUFFIX, DumpBusyError, DumpFiles, identity
from endpoint.errors import Problem
from endpoint.rdf import tagged
from endpoint.services import services, tag
from kg_build.errors import InputError, StoreError, ZonekgError

if TYPE_CHECKING:
    from pathlib import Path

    from flask.sansio.blueprints import BlueprintSetupState
    from werkzeug.wrappers import Response as BaseResponse

    from kg_build.store import Reader

blueprint = Blueprint("dumps", __name__)
EXTENSION_DUMPS = "zonekg-dumps"
_RANGE = re.compile(r"bytes=\s*(?:\d+-\d*|-\d+)\s*", re.IGNORECASE | re.ASCII)
"""One range (RFC 9110, section 14.1.2)."""


class _Version(BaseConverter):
    """The number of a version, in eight digits of ASCII."""

    regex = "[0-9]{8}"


@blueprint.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["version"] = _Version
    state.app.extensions[EXTENSION_DUMPS] = DumpFiles()


@blueprint.get("/dump/")
def index() -> Response:
    """The list of dumps."""
    reader = services().source.current()
    page = render_template("dumps.html", formats=BY_SUFFIX.values(), version=reader.version)
    return tagged(Response(page, content_type="text/html; charset=utf-8"), tag(reader, "dumps"))


@blueprint.get("/dump/zonekg.<suffix>")
@blueprint.get("/dump/zonekg.<suffix>.<packing>")
def dump(suffix: str, packing: str | None = None) -> Response:
    """Send the graph in one format."""
    _check(suffix, packing)
    reader = services().source.current()
    if (unchanged := _unchanged(reader, suffix, packing)) is not None:
        return unchanged
    response = _send(_made(reader, suffix, packing), identity(reader), suffix, packing)
    response.headers["Cache-Control"] = "no-cache"
    fixed = url_for("dumps.of_version", version=reader.version, suffix=suffix, packing=packing)
    response.headers["Link"] = f'<{fixed}>; rel="item"'
    return response


@blueprint.get("/dump/latest/zonekg.<suffix>")
@blueprint.get("/dump/latest/zonekg.<suffix>.<packing>")
def latest(suffix: str, packing: str | None = None) -> BaseResponse:
    """Lead to the current version's own address."""
    _check(suffix, packing)
    version = services().source.current().version
    response = redirect(url_for("dumps.of_version", version=version, suffix=suffix, packing=packing), 302, Response)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/dump/<version:version>/zonekg.<suffix>")
@blueprint.get("/dump/<version:version>/zonekg.<suffix>.<packing>")
def of_version(version: str, suffix: str, packing: str | None = None) -> Response:
    """Send the graph of one version."""
    _check(suffix, packing)
    reader = services().source.current()
    if version == reader.version:
        if (unchanged := _unchanged(reader, suffix, packing)) is not None:
            return unchanged
        response = _send(_made(reader, suffix, packing), identity(reader), suffix, packing)
    elif (path := _files().find(version, _name(suffix, packing))) is not None:
        response = _send(path, path.parent.name, suffix, packing)
    else:
        raise Problem(
            404, "Not Found", f"Version {version} is gone; /dump/latest/ leads to {reader.version}.", kind="unknown-dump"
        )
    here, current = (url_for("dumps.of_version", version=v, suffix=suffix, packing=packing) for v in (version, reader.version))
    response.headers["Link"] = f'<{current}>; rel="latest-version"' + (f', <{here}>; rel="self"' if here != current else "")
    return response


def _files() -> DumpFiles:
    files: DumpFiles = current_app.extensions[EXTENSION_DUMPS]
    return files


def _check(suffix: str, packing: str | None) -> None:
    if suffix not in BY_SUFFIX or packing not in {None, "gz"}:
        detail = f"There are zonekg.{{{','.join(BY_SUFFIX)}}}, each with and without .gz."
        raise Problem(404, "Not Found", detail, kind="unknown-dump")


def _name(suffix: str, packing: str | None) -> str:
    return f"zonekg.{suffix}" + (".gz" if packing else "")


def _media_type(suffix: str, packing: str | None) -> str:
    return "application/gzip" if packing else BY_SUFFIX[suffix].media_type


def _etag(of: str, suffix: str, packing: str | None) -> str:
    return f"{of}-{suffix}" + ("-gz" if packing else "")


def _unchanged(reader: Reader, suffix: str, packing: str | None) -> Response | None:
    """A 304 where the client has the dump, so that it needn't be made."""
    etag = _etag(identity(reader), suffix, packing)
    if not request.if_none_match.contains_weak(etag):
        return None
    return Response(status=304, headers={"ETag": f'"{etag}"', "Cache-Control": "no-cache"})


def _made(reader: Reader, suffix: str, packing: str | None) -> Path:
    try:
        return _files().get(reader, suffix, zipped=packing is not None)
    except DumpBusyError:
        detail = "As many others as may wait for such files wait already."
        raise Problem(503, "Busy", detail, kind="busy", headers={"Retry-After": "30"}) from None
    except (InputError, StoreError):
        current_app.logger.exception("the dump can't be written")
        detail = "The file can't be written just now."
        raise Problem(503, "The dump can't be written", detail, kind="store", headers={"Retry-After": "60"}) from None
    except ZonekgError as error:
        raise Problem(404, "Not Found", str(error), kind="unsayable") from None


def _forget_odd_ranges() -> None:
    """Let a range in another unit than bytes, or several of them, be no range: the whole is sent (RFC 9110, section 14.2)."""
    if _RANGE.fullmatch(request.headers.get("Range", "")) is None:
        request.environ.pop("HTTP_RANGE", None)


def _send(path: Path, of: str, suffix: str, packing: str | None) -> Response:
    _forget_odd_ranges()
    return send_file(
        path,
        mimetype=_media_type(suffix, packing),
        as_attachment=packing is not None,
        download_name=_name(suffix, packing),
        conditional=True,
        etag=_etag(of, suffix, packing),
    )
