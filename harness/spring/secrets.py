"""What sounds like something that no record should hold."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"passw|passphrase|pwd|secret|token|credential|user-?_?name|(?:api|private|access)[-_]?key", re.IGNORECASE
)
_IN_ADDRESS = re.compile(r"://[^/\s]*@")


def secret(text: str) -> bool:
    """Of a key, a variable or a whole file: whether its words say so."""
    return bool(_WORDS.search(text)) or in_address(text)


def in_address(value: str) -> bool:
    """Whether it is an address with a name or a password before the host."""
    return bool(_IN_ADDRESS.search(value))
