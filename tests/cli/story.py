"""A small story, as commands: for whoever wants something to look at in the record."""

from __future__ import annotations

from typing import Any

#: A school, two applicants, one of them with a reference asked for, and a partner who may serve the school.
STORY: list[dict[str, Any]] = [
    {"command": "school.record", "id": "s1", "stream": "placement/120777", "on": "2007-05-01",
     "data": {"name": "St Withburga’s School", "la_code": "926", "phase": "primary", "type": "community",
              "type_group": "maintained"}},
    {"command": "school.record", "id": "s2", "stream": "placement/120778", "on": "2007-05-01",
     "data": {"name": "Blakeney School", "la_code": "926", "phase": "primary", "type": "community",
              "type_group": "maintained"}},
    {"command": "response.submit", "id": "r1", "stream": "application/A7K4P", "on": "2007-05-20",
     "data": {"advert": "tes-2007-05", "first_name": "Niamh", "last_name": "O’Brien",
              "email": "niamh@example.org", "category": "headteacher", "days_available": 12,
              "referees": [{"name": "Jo Doe", "email": "jo@example.org", "from_la": True},
                           {"name": "Max Roe", "email": "max@example.org"}]}},
    {"command": "response.submit", "id": "r2", "stream": "application/B8M5Q", "on": "2007-05-22",
     "data": {"advert": "tes-2007-05", "first_name": "Ann", "last_name": "Smith",
              "category": "consultant"}},
    {"command": "reference.ask", "id": "q1", "stream": "application/A7K4P", "on": "2007-05-21",
     "data": {"reference": "1", "referee": "1", "due": "2007-06-18"}},
    {"command": "person.record", "id": "p1", "stream": "person/partner", "on": "2007-05-01",
     "data": {"first_name": "Pat", "last_name": "Moss"}},
    {"command": "person.appoint", "id": "p2", "stream": "person/partner", "on": "2007-05-01",
     "data": {"category": "la_adviser"}},
    {"command": "accreditation.record", "id": "p3", "stream": "person/partner", "on": "2007-05-02",
     "data": {"phase": "primary", "source": "ncsl"}},
    {"command": "induction.attend", "id": "p4", "stream": "person/partner", "on": "2007-05-03", "data": {}},
    {"command": "requirement.clear", "id": "p5", "stream": "person/partner", "on": "2007-05-04",
     "data": {"requirement": "enhanced_disclosure", "outcome": "clear"}},
    {"command": "briefing.give", "id": "p6", "stream": "person/partner", "on": "2007-05-05",
     "data": {"urn": "120777"}},
    {"command": "permanent.name", "id": "n1", "stream": "placement/120777", "on": "2007-06-01",
     "data": {"person": "partner", "starts": "2007-06-01"}},
]  # fmt: skip
