"""One short value for all that a programme says."""

from __future__ import annotations

from hashlib import sha256

import attrs
import msgspec

from siprecruit.core.programme import Programme


def digest(programme: Programme) -> str:
    """A digest of the programme's values, whatever the order, the comments and the blanks of its file."""
    # Field by field: what a programme has worked out from its values meanwhile lies beside them.
    values = {field.name: getattr(programme, field.name) for field in attrs.fields(type(programme))}
    return sha256(msgspec.json.encode(values, order="deterministic")).hexdigest()
