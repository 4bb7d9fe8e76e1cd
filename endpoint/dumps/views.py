"""``/dump/zonekg.{ttl,trig,nq,nt,rdf,jsonld}[.gz]``: written once for a version of the store, then sent as a file."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, request, send_file

from endpoint.errors import Problem
from endpoint.services import services, tag
from kg_build.errors import ZonekgError
from kg_build.exchange import FORMATS, Selection, export

if TYPE_CHECKING:
    from flask.sansio.blueprints import BlueprintSetupState

    from kg_build.store import Reader

blueprint = Blueprint("dumps", __name__)
EXTENSION_DUMPS = "zonekg-dumps"
BY_SUFFIX = {f.suffix: f for f in FORMATS.values()}


class DumpFiles:
    """The files, in a folder of temporary files, made when they are first asked for.

    The files of the version before are kept for requests that have just been told of them; older ones go.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: Path | None = None

    def get(self, reader: Reader, suffix: str, *, zipped: bool) -> Path:
        """The file of a reader's version."""
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="zonekg-dump-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            folder = self._folder / tag(reader)
            if not folder.is_dir():
                for old in sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)[:-1]:
                    shutil.rmtree(old)
                folder.mkdir()
            path = folder / f"zonekg.{suffix}{'.gz' if zipped else ''}"
            if not path.exists():
                new = path.with_name("new")
                with new.open("wb") as file:
                    self._write(reader, suffix, file, zipped=zipped)
                new.replace(path)
            return path

    @staticmethod
    def _write(reader: Reader, suffix: str, file: IO[bytes], *, zipped: bool) -> None:
        selection = Selection(texts=services().settings.texts)
        if not zipped:
            export(reader, file, BY_SUFFIX[suffix].name, selection)
            return
        # No name and no time in the header: the same graph gives the same bytes.
        with gzip.GzipFile("", "wb", 6, file, mtime=0) as stream:
            export(reader, cast("IO[bytes]", stream), BY_SUFFIX[suffix].name, selection)


@blueprint.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[EXTENSION_DUMPS] = DumpFiles()


@blueprint.get("/dump/zonekg.<suffix>")
@blueprint.get("/dump/zonekg.<suffix>.<packing>")
def dump(suffix: str, packing: str | None = None) -> Response:
    """Send the graph in one format."""
    if suffix not in BY_SUFFIX or packing not in {None, "gz"}:
        detail = f"There are zonekg.{{{','.join(BY_SUFFIX)}}}, each with and without .gz."
        raise Problem(404, "Not Found", detail, kind="unknown-dump")
    reader = services().source.current()
    etag = tag(reader, "dump", suffix, packing)
    headers = {"ETag": f'"{etag}"', "Cache-Control": "no-cache"}
    if request.if_none_match.contains(etag):
        return Response(status=304, headers=headers)
    try:
        path = current_app.extensions[EXTENSION_DUMPS].get(reader, suffix, zipped=packing is not None)
    except ZonekgError as error:
        raise Problem(404, "Not Found", str(error), kind="unsayable") from None
    media_type = "application/gzip" if packing else BY_SUFFIX[suffix].media_type
    response: Response = send_file(
        path,
        mimetype=media_type,
        as_attachment=packing is not None,
        download_name=f"zonekg.{suffix}" + (".gz" if packing else ""),
        conditional=True,
        etag=etag,
        last_modified=reader.modified,
    )
    response.headers["Cache-Control"] = "no-cache"
    return response
