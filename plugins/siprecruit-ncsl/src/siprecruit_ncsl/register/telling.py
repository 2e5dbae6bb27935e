"""Tells a stand-in that runs on this machine what happens at the college."""

from __future__ import annotations

import json
from typing import Any, Final

import requests

from siprecruit_ncsl.register.staging import PREFIX

_SET: Final = ("clock", "trouble")
_SECONDS: Final = 10.0


class NotTold(Exception):  # noqa: N818 - the reader is a person at a keyboard
    """The stand-in wasn't there, or made no sense of it; its text says which."""


def tell(url: str, what: str, words: str) -> Any:
    """What the stand-in at ``url`` answers to ``words``, in JSON, at ``what``, a path under ``/stand-in``.

    Without words it is asked. Raises NotTold where it isn't there, and where it doesn't take what it is told.
    """
    path = what.strip("/")
    method = "PUT" if path in _SET else "POST" if words else "GET"
    address = f"{url.rstrip('/')}{PREFIX}/{path}".rstrip("/")
    try:
        with requests.request(method, address, data=words.encode() or None, timeout=_SECONDS) as response:
            said = response.json()
            if response.ok:
                return said
    except json.JSONDecodeError:
        raise NotTold(f"What answers at {url} is no stand-in of the college's.") from None
    except requests.RequestException:
        raise NotTold(f"No stand-in answers at {url}.") from None
    raise NotTold(said["title"] if isinstance(said, dict) and "title" in said else "It doesn't take that.")
