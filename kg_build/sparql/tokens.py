"""The tokens of SPARQL (SPARQL 1.1, section 19.8)."""

from __future__ import annotations

import re
from typing import Final

TOKEN: Final = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*+)
  | (?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*+''' | \"""(?:"{0,2}(?:[^"\\]|\\.))*+\"""
             | '(?:[^'\\\n\r]|\\.)*+' | "(?:[^"\\\n\r]|\\.)*+")
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<variable>[?$]\w++)
  | (?P<name>(?:[^\W\d_](?:[\w.-]*+(?<!\.))?)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+)
  | (?P<word>[^\W\d]\w*+)
  | (?P<space>\s++)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""One token, whatever it is: every text is made of them. A dot that ends a name belongs to the statement, not to the name."""
