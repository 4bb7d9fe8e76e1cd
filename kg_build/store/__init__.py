"""The store: quads on disk in embedded Oxigraph databases, changed by whole builds only, and the texts they speak of."""

from kg_build.store.building import Build, open_for_build
from kg_build.store.loading import Loaded, load_files
from kg_build.store.reading import Reader, open_dataset, open_for_reading
from kg_build.store.snapshots import Databases, Snapshot

__all__ = [
    "Build",
    "Databases",
    "Loaded",
    "Reader",
    "Snapshot",
    "load_files",
    "open_dataset",
    "open_for_build",
    "open_for_reading",
]
