"""``python -m siprecruit_trs.register``."""

from __future__ import annotations

from siprecruit_trs.register.command import main

main()
