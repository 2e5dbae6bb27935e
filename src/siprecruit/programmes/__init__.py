"""Programme packs: what differs between authorities, shipped as TOML or written by an authority itself."""

from __future__ import annotations

from siprecruit.programmes.digesting import digest
from siprecruit.programmes.loader import BadProgramme, load, names

__all__ = ["BadProgramme", "digest", "load", "names"]
