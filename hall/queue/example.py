"""A small line of made-up people, to show what a rule does before it is set. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from hall.queue.model import Privilege, State, Ticket
from hall.queue.rules import Flow, Rules, order
from kit.clock import instant_at

NOW = time(9, 30)
LINE: Sequence[tuple[time, Privilege | None, time | None]] = (  # taken, why privileged, an appointment's time
    (time(9, 0), None, None),
    (time(9, 3), None, None),
    (time(9, 5), None, None),
    (time(9, 8), Privilege.APPOINTMENT, time(9, 30)),
    (time(9, 10), Privilege.ELDERLY, None),
    (time(9, 12), None, None),
    (time(9, 14), Privilege.APPOINTMENT, time(10, 30)),
    (time(9, 16), Privilege.SOLDIER, None),
    (time(9, 18), Privilege.DISABLED, None),
    (time(9, 20), Privilege.TRANSFERRED, None),
)


@dataclass(frozen=True, slots=True)
class Turn:
    """`moved`: how many places before (below 0: after) the order of the numbers."""

    ticket: Ticket
    moved: int


def shown(rules: Rules, on: date) -> tuple[Turn, ...]:
    """The made-up line in the order in which it would be called at half past nine, nobody having been called yet."""
    line = [_ticket(n, on, *one) for n, one in enumerate(LINE, 1)]
    called = order(line, rules, Flow(), instant_at(on, NOW))
    return tuple(Turn(ticket, line.index(ticket) - place) for place, ticket in enumerate(called))


def _ticket(n: int, on: date, taken: time, why: Privilege | None, starts: time | None) -> Ticket:
    def at(clock: time | None) -> datetime | None:
        return None if clock is None else instant_at(on, clock)

    taken_at = instant_at(on, taken)
    blank = (None, None, State.WAITING, taken_at, None, why, taken_at, None, 0, None, None, None)
    return Ticket(n, "", 0, on, f"A{n:03d}", *blank, starts_at=at(starts))
