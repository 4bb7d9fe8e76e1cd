"""The tokens of SPARQL (SPARQL 1.1, section 19.8), and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN: Final = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*+)
  | (?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*+(?:'''|'{0,2}\\?) | \"""(?:"{0,2}(?:[^"\\]|\\.))*+(?:\"""|"{0,2}\\?)
             | '(?:[^'\\\n\r]|\\.)*+(?:'|\\?) | "(?:[^"\\\n\r]|\\.)*+(?:"|\\?))
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<variable>[?$]\w++)
  | (?P<name>(?:[^\W\d_](?:[\w.-]{0,250}+(?<!\.))?)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+)
  | (?P<word>[^\W\d]\w*+)
  | (?P<space>\s++)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""One token, whatever it is: every text is made of them. A dot that ends a name belongs to the statement, not to the name.

The time is in proportion to the text, whatever it is: a string that isn't closed goes on to the end of its line (a long one, of
the text), and nobody looks for a prefix's colon further than 250 characters on.
"""
