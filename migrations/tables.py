"""Every table there is: importing this fills kit.db.metadata. A new tables.py is added here."""

from hall.appointments import tables as appointments
from hall.cases import tables as cases
from hall.citizens import tables as citizens
from hall.hand_overs import tables as hand_overs
from hall.matters import tables as matters
from hall.places import tables as places
from hall.queue import tables as queue
from hall.staff import tables as staff
from kit import keep, live, once
from kit.db import metadata
from knowledge import tables as knowledge

__all__ = [
    "appointments",
    "cases",
    "citizens",
    "hand_overs",
    "keep",
    "knowledge",
    "live",
    "matters",
    "metadata",
    "once",
    "places",
    "queue",
    "staff",
]
