"""Every table there is: importing this fills kit.db.metadata. A new tables.py is added here."""

from hall.appointments import tables as appointments
from hall.audit import tables as audit
from hall.cases import tables as cases
from hall.citizens import tables as citizens
from hall.hand_overs import tables as hand_overs
from hall.matters import tables as matters
from hall.notices import tables as notices
from hall.places import tables as places
from hall.queue import tables as queue
from hall.ratings import tables as ratings
from hall.staff import tables as staff
from kit import guesses, keep, lease, live, once
from kit.db import metadata
from knowledge import tables as knowledge

__all__ = [
    "appointments",
    "audit",
    "cases",
    "citizens",
    "guesses",
    "hand_overs",
    "keep",
    "knowledge",
    "lease",
    "live",
    "matters",
    "metadata",
    "notices",
    "once",
    "places",
    "queue",
    "ratings",
    "staff",
]
