"""YAML as the project's data files are read: by libyaml where PyYAML was built with it, which is ten times faster."""

from __future__ import annotations

from typing import IO, Any

import yaml

Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Builds plain values only."""


def load_yaml(source: str | bytes | IO[str] | IO[bytes]) -> Any:
    """The value that a text or an open file holds. Raises `yaml.YAMLError`."""
    return yaml.load(source, Loader=Loader)  # noqa: S506 - a safe loader, either way
