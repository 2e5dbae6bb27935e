"""Why a story can't be played."""

from __future__ import annotations


class DemoError(Exception):
    """The story can't be played as asked. ``message`` is a sentence.

    ``code``: ``too_early``, ``not_installed`` or ``no_register``; ``refused`` is a fault of the story.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
