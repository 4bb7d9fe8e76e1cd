"""The exceptions that a caller may meet, one tree. The command line prints any of them as one clean line."""

from __future__ import annotations


class ZonekgError(Exception):
    """Base of all: what went wrong, said to the user in one line. ``exit_code`` is the command's."""

    exit_code = 1


class SettingsError(ZonekgError):
    """A setting, in a file or the environment, is unknown or has a value out of range."""

    exit_code = 2


class InputError(ZonekgError):
    """A file or folder that was named can't be read as what it should be. ``path`` names it."""

    exit_code = 3

    def __init__(self, path: object, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = str(path)
        self.reason = reason


class PipelineError(ZonekgError):
    """No such language pipeline, or one that lacks what the rules need (a parser, a tagger)."""

    exit_code = 4


class RuleError(ZonekgError):
    """A rule file breaks its schema or its own examples."""

    exit_code = 4


class StoreError(ZonekgError):
    """The store is missing, locked, damaged or of another version."""

    exit_code = 5


class GazetteerError(ZonekgError):
    """A gazetteer that can't be reached, or that answers something else than it should."""

    exit_code = 8


class ValidationError(ZonekgError):
    """The graph breaks a shape."""

    exit_code = 6


class QueryError(ZonekgError):
    """A SPARQL query that can't be parsed or evaluated."""

    exit_code = 7


class TokenError(ZonekgError):
    """The file of tokens can't be read or written, or a token's name is taken, unknown or none."""

    exit_code = 8
