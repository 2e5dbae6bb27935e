"""A school as the authority's register describes it, in codes, dates and numbers."""

from __future__ import annotations

import datetime as dt

import attrs


@attrs.frozen(kw_only=True)
class School:
    """One establishment of the register; whether a programme serves it on a day is the programme's to say.

    The codes are those of the DfE's *Get Information About Schools*, in words.
    `phase`: nursery, primary, middle_deemed_primary, secondary, middle_deemed_secondary, sixteen_plus,
    all_through, special or not_applicable.
    `type`: community, voluntary_aided, academy_converter ...; maintained or academy if a file says no more.
    `type_group`: maintained, academy, special, independent, college, university, welsh or other.
    `status`: open, closed, proposed_to_close or proposed_to_open.
    """

    urn: str
    name: str
    #: the DfE's code of the local authority, as text
    la_code: str
    phase: str
    type: str
    type_group: str
    status: str = "open"
    #: the first day; None where the register doesn't know it, which is so for most old schools
    opened: dt.date | None = None
    #: the last day, which may lie ahead; None while no closure is known
    closed: dt.date | None = None
    #: the statutory ages, in years
    age_from: int | None = None
    age_to: int | None = None
    postcode: str = ""
    town: str = ""
    district: str = ""
    religion: str = ""
    #: metres on the Ordnance Survey's national grid
    easting: int | None = None
    northing: int | None = None
