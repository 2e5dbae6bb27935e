"""Programme packs: what differs between authorities, shipped as TOML or written by an authority itself."""

from __future__ import annotations

from siprecruit.programmes.loader import BadProgramme, load, names

__all__ = ["BadProgramme", "load", "names"]
