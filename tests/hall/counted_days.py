"""A hall so small that its figures are counted on one's fingers: one Monday at two counters, and a month of cases."""

from datetime import datetime

from hall.appointments import lapses, no_shows
from hall.appointments import service as appointments
from hall.cases import service as cases
from hall.cases import stops
from hall.cases.clocks import Limit
from hall.matters import service as matters
from hall.matters.model import Matter
from hall.queue import calling
from hall.queue import service as queue
from hall.staff.model import Grant, Role, StaffMember
from kit.db import Tx
from tests.hall.builders import HALL, a_citizen, a_group, a_matter, at, book, slots_on
from tests.hall.lines import CLERK, OTHER, a_counter

LEAD = StaffMember(9, "赵主任", (Grant(Role.LEAD),), False)


async def a_monday(tx: Tx) -> None:
    """Five tickets, taken on the 23rd at a hall that has nothing yet:

    A001  taken 9:00, called at 1 9:05, served 9:06-9:16
    A002  taken 9:01, called at 1 9:17, served 9:18-9:22, sent on to B; called at 2 9:30, served 9:30-9:50
    A003  taken 9:02, gone 9:20, never called
    A004  taken 9:10, called at 1 9:23, missed
    B001  taken 16:00, called at 2 16:10 and served; the clerk forgets it, the job ends the day
    """
    a, b = await a_group(tx, "A"), await a_group(tx, "B")
    licence = await a_matter(tx, a)
    one, two = await a_counter(tx, 1, "A"), await a_counter(tx, 2, "B")
    await calling.open_post(tx, one, CLERK, at(23, 9))
    await calling.open_post(tx, two, OTHER, at(23, 9))
    for minute in (0, 1):
        await queue.take(tx, HALL.id, a, None, at(23, 9, minute), matter_id=licence.id)
    gives_up = await queue.take(tx, HALL.id, a, None, at(23, 9, 2))
    await queue.take(tx, HALL.id, a, None, at(23, 9, 10))
    await calling.call_next(tx, one, CLERK, at(23, 9, 5))
    await calling.serve(tx, one, CLERK, at(23, 9, 6))
    await calling.finish(tx, one, CLERK, at(23, 9, 16))
    await calling.call_next(tx, one, CLERK, at(23, 9, 17))
    await calling.serve(tx, one, CLERK, at(23, 9, 18))
    await queue.leave(tx, gives_up, "citizen", at(23, 9, 20))
    await calling.transfer(tx, one, CLERK, "B", "办B类的事", at(23, 9, 22))
    await calling.call_next(tx, one, CLERK, at(23, 9, 23))
    for minute in (24, 25):
        await calling.recall(tx, one, CLERK, at(23, 9, minute))
    await calling.missed(tx, one, CLERK, at(23, 9, 26))
    await calling.call_next(tx, two, OTHER, at(23, 9, 30))
    await calling.serve(tx, two, OTHER, at(23, 9, 30))
    await calling.finish(tx, two, OTHER, at(23, 9, 50))
    await queue.take(tx, HALL.id, b, None, at(23, 16))
    await calling.call_next(tx, two, OTHER, at(23, 16, 10))
    await calling.serve(tx, two, OTHER, at(23, 16, 10))
    await queue.end_day(tx, HALL.id, at(23, 0).date(), at(23, 17))


async def a_month_of_cases(tx: Tx) -> None:
    """Seven workdays are promised. Of November 2026, in which the 2nd is a Monday:

    accepted 2nd, concluded 11th, the seventh workday
    accepted 2nd, concluded 12th, one too late
    accepted 2nd, stopped 4th to 10th, concluded 17th, the seventh workday of those that count
    accepted 2nd, declined 5th
    accepted 2nd, still in hand
    received 2nd, refused
    accepted 9th and concluded the same day, of a matter without a limit
    """
    licence = await matters.matter(tx, HALL.id, "licence")
    on_time, late, stopped, declined, _ = [await _accepted(tx, licence, at(2, 10)) for _ in range(5)]
    await cases.conclude(tx, on_time, None, "准予", at(11, 16))
    await cases.conclude(tx, late, None, "准予", at(12, 9))
    await stops.begin_special(tx, stopped, None, LEAD, "现场检查", Limit(20, "工作日"), at(4, 10))
    await stops.resume(tx, stopped, None, at(10, 10))
    await cases.conclude(tx, stopped, None, "准予", at(17, 16))
    await cases.decline(tx, declined, None, "没有通过", at(5, 10))
    refused, _ = await cases.open(tx, licence, at(2, 10))
    await cases.refuse(tx, refused.number, None, "不归本厅办", at(2, 11))
    at_once = await a_matter(
        tx, await a_group(tx, "C"), "card", name="老年证", promised_days=None, legal_days=None, days_unit=None
    )
    await cases.conclude(tx, await _accepted(tx, at_once, at(9, 10)), None, "发证", at(9, 10, 5))


async def _accepted(tx: Tx, matter: Matter, now: datetime) -> str:
    case, _ = await cases.open(tx, matter, now)
    return (await cases.accept(tx, case.number, None, now)).number


async def a_day_of_bookings(tx: Tx) -> None:
    """Four had booked for the 24th: one came, one did not, one cancelled, one did not come and was excused."""
    licence = await matters.matter(tx, HALL.id, "licence")
    slot = (await slots_on(tx, await matters.group(tx, licence.group_id), 24, capacity=4))[0]
    people = [await a_citizen(tx, f"o-{n}") for n in range(4)]
    came, _, cancelled, excused = [
        await book(tx, one, slot.id, licence, "王芳", f"1380000000{n}", at(23, 8)) for n, one in enumerate(people)
    ]
    await appointments.arrive(tx, came, at(24, 9))
    await appointments.cancel(tx, cancelled.citizen_id, cancelled.number, at(23, 9))
    await no_shows.mark_missed(tx, at(25, 0, 1))
    await lapses.excuse(tx, excused, "赵主任", "生病", at(25, 10))
