"""Recruit, accredit and allocate School Improvement Partners, from the advert to a covered school."""

from __future__ import annotations
