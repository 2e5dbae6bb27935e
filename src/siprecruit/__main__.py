"""``python -m siprecruit`` is ``siprecruit``."""

from __future__ import annotations

from siprecruit.cli import main

main()
