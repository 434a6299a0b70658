"""Tell a notebook that is exactly as the build wrote it from one that a person has made, changed, renamed or copied.

A generated notebook holds a fingerprint of its own content and place. It stays true in a clone, in a download and in
a learner's folder, with no list and no git beside it, and it ends with the first change, even of an output.
"""

import hashlib
import re
from pathlib import Path

UNKNOWN = "0" * 64
FIELD = re.compile(rb'"fingerprint": "([0-9a-f]{64})"')


def with_fingerprint(content: bytes, place: str) -> bytes:
    """A notebook's content with its fingerprint, a SHA-256, where it holds `UNKNOWN`.

    `place` is its path below `notebooks/`, such as "solutions/01_limits.ipynb".
    """
    found = FIELD.search(content)
    return content if found is None else _replaced(content, found, _fingerprint(content, found, place))


def is_as_built(path: Path, place: str) -> bool:
    """Whether this file is what the build wrote for `place`, to the byte; the ends of lines may be Windows' own.

    A link is not, whatever it leads to, and neither is what cannot be read.
    """
    try:
        return not path.is_symlink() and has_own_fingerprint(path.read_bytes(), place)
    except OSError:
        return False


def has_own_fingerprint(content: bytes, place: str) -> bool:
    """Whether the fingerprint in a notebook's content is that of the content and the place."""
    content = content.replace(b"\r\n", b"\n")
    found = FIELD.search(content)
    return found is not None and found[1] == _fingerprint(content, found, place)


def _fingerprint(content: bytes, found: re.Match[bytes], place: str) -> bytes:
    plain = _replaced(content, found, UNKNOWN.encode())
    return hashlib.sha256(place.encode() + b"\0" + plain).hexdigest().encode()


def _replaced(content: bytes, found: re.Match[bytes], fingerprint: bytes) -> bytes:
    return content[: found.start(1)] + fingerprint + content[found.end(1) :]
