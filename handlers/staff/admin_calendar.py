"""/staff/admin/calendar: which days are worked, whence that is known, a day set otherwise, a year typed in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.appointments import open_days, slots
from hall.audit.model import Deed
from hall.matters.columns import opening_hours, say_hours
from hall.places import months
from hall.places import service as places
from hall.places.calendar import say_spans
from hall.places.model import EVERY_HALL, NOTE_LIMIT, BadHours, Spans
from hall.places.notice import Notice
from hall.staff import steering
from handlers import forms
from handlers.guards import guarded
from handlers.staff import slots_said
from handlers.staff.acts import act, gate_of, now
from handlers.staff.pages import pages, show, went
from kit.clock import day_of
from kit.errors import Problem

PAGE = "/staff/admin/calendar"
WORK = "staff: lead admin"
SET, UNSET = "改好了。{slots}", "撤掉了，回到原来的安排。{slots}"
ENTERED = "{year}年录好了：放假{off}天，调休上班{worked}天。{slots}"
NOT_MONTH, NOT_LINE = "月份请写成 2026-11 这样。", "“{line}”看不懂，要像“元旦 2027-01-01 2027-01-03”，一行一个。"
YEAR_BYTES = 16 * 1024
WEEKDAYS = "一二三四五六日"

SET_DAY = Deed("calendar.set", "改一天的开放时间", "calendar")
UNSET_DAY = Deed("calendar.unset", "撤掉单独改的一天", "calendar")
ENTER = Deed("calendar.year", "录入一年的放假安排", "calendar", open_days.plain_year)


class How(StrEnum):
    CLOSED = "closed"
    HOURS = "hours"
    USUAL = "usual"


class NotYourHouse(Problem):
    status = 403
    code = "not_your_house"
    sentence = "全部大厅的日子要全部大厅的系统管理员来改，您可以只改这个大厅的。"


@forms.reading(type="string", pattern="^[0-9]{4}-[0-9]{2}$")
def a_month(came: Any) -> date:
    try:
        return date.fromisoformat(f"{came}-01")
    except ValueError:
        raise forms.Misread(NOT_MONTH) from None


@dataclass(frozen=True, slots=True)
class Asked:
    month: Annotated[date | None, a_month, "哪个月"] = None
    on: Annotated[date | None, forms.day, "哪一天"] = None


@dataclass(frozen=True, slots=True)
class Unsetting:
    on: Annotated[date, forms.day, "哪一天"]
    everywhere: Annotated[bool, forms.yes_or_no, "全部大厅"] = False


@dataclass(frozen=True, slots=True)
class Setting:
    on: Annotated[date, forms.day, "哪一天"]
    how: Annotated[How, forms.one_of(How), "开不开门"]
    note: Annotated[str, forms.text(NOTE_LIMIT), "原因"]
    hours: Annotated[Spans, forms.text(120, opening_hours), "开放时间"] = ()
    everywhere: Annotated[bool, forms.yes_or_no, "全部大厅"] = False

    @property
    def spans(self) -> Spans | None:
        """Raises BadHours where hours are meant and none are given."""
        if self.how is How.HOURS and not self.hours:
            raise BadHours()
        return {How.CLOSED: (), How.HOURS: self.hours, How.USUAL: None}[self.how]


@dataclass(frozen=True, slots=True)
class Year:
    year: Annotated[int, forms.whole, "哪一年"]
    notice: Annotated[str, forms.text(places.LONGEST_NOTICE), "通知"]


@pages.get("/admin/calendar")
@guarded(WORK)
async def calendar_page(request: Request[Any, Any]) -> HTTPResponse:
    asked, session, db = forms.query(request, Asked), request.ctx.session, gate_of(request).db
    today = day_of(now(request))
    first = (asked.on or asked.month or today).replace(day=1)
    hall, calendar = await db.consult(places.hall, session.hall_id), await db.consult(places.calendar, session.hall_id)
    chosen = months.day_of_hall(hall, calendar, asked.on) if asked.on else None
    return await show(
        request,
        "admin_calendar.html",
        weeks=months.weeks(hall, calendar, first),
        weekdays=WEEKDAYS,
        first=first,
        today=today,
        before=months.month_before(first),
        after=months.month_after(first),
        chosen=chosen,
        usual=say_hours(hall.hours),
        say=say_spans,
        written=say_hours,
        entered=calendar.years.get(first.year),
        is_known=calendar.knows(first.year),
        stranded=await db.consult(slots.slots_on_closed_days, hall, calendar, now(request)),
        is_of_house=steering.is_house_admin(session.member),
        most=NOTE_LIMIT,
        every_hall=EVERY_HALL,
    )


@pages.post("/admin/calendar/set")
@guarded(WORK)
async def set_day(request: Request[Any, Any]) -> HTTPResponse:
    form, session, gate = forms.posted(request, Setting), request.ctx.session, gate_of(request)
    hall_id = _whose(request, form.everywhere)
    what = (hall_id, form.on, form.spans, form.note, session.member.name, now(request))
    days = gate.settings.appointments.days_ahead
    done = await act(request, _deed(SET_DAY, hall_id), form.on, open_days.set_day, *what, days)
    return went(request, f"{PAGE}?on={form.on}", SET.format(slots=slots_said.of(done)))


@pages.post("/admin/calendar/unset")
@guarded(WORK)
async def unset_day(request: Request[Any, Any]) -> HTTPResponse:
    form, gate = forms.posted(request, Unsetting), gate_of(request)
    hall_id, days = _whose(request, form.everywhere), gate.settings.appointments.days_ahead
    deed = _deed(UNSET_DAY, hall_id)
    done = await act(request, deed, form.on, open_days.unset_day, hall_id, form.on, now(request), days)
    return went(request, f"{PAGE}?on={form.on}", UNSET.format(slots=slots_said.of(done)))


@pages.get("/admin/calendar/year")
@guarded("staff: admin")
async def year_page(request: Request[Any, Any]) -> HTTPResponse:
    calendar = await gate_of(request).db.consult(places.calendar)
    this_year = day_of(now(request)).year
    years = [(year, calendar.knows(year), calendar.years.get(year)) for year in (this_year, this_year + 1)]
    wanted = next((year for year, is_known, _ in years if not is_known), this_year + 1)
    is_of_house = steering.is_house_admin(request.ctx.session.member)
    values: dict[str, Any] = {
        "years": years,
        "wanted": wanted,
        "most": places.LONGEST_NOTICE,
        "is_of_house": is_of_house,
    }
    return await show(request, "admin_calendar_year.html", **values)


@pages.post("/admin/calendar/year")
@guarded("staff: admin")
async def enter_year(request: Request[Any, Any]) -> HTTPResponse:
    form, session, gate = forms.posted(request, Year, YEAR_BYTES), request.ctx.session, gate_of(request)
    _whose(request, everywhere=True)
    typed = forms.typed(request, YEAR_BYTES)
    holidays = {day: name for name, days in _lines(typed, "holidays") for day in days}
    makeup = [day for _, days in _lines(typed, "makeup") for day in days]
    what = (Notice(form.year, form.notice, holidays, makeup), session.member.name, now(request))
    done = await act(request, ENTER, form.year, open_days.enter_year, *what, gate.settings.appointments.days_ahead)
    said = ENTERED.format(year=form.year, off=len(holidays), worked=len(makeup), slots=slots_said.of(done))
    return went(request, f"{PAGE}?month={form.year}-01", said)


def _lines(typed: dict[str, str], field: str) -> Iterator[tuple[str, list[date]]]:
    """A name (or none) and a day, or the first and the last of several, a line. Raises BadForm."""
    for line in filter(None, map(str.strip, typed.get(field, "").splitlines())):
        *name, last = line.split()
        begins = [name.pop()] if name and forms.DAY.fullmatch(name[-1]) else []
        try:
            first, until = date.fromisoformat((begins or [last])[0]), date.fromisoformat(last)
        except ValueError:
            raise forms.BadForm(fields={field: NOT_LINE.format(line=line[:40])}) from None
        if not 0 <= (until - first).days < places.LONGEST_FEAST:
            raise forms.BadForm(fields={field: NOT_LINE.format(line=line[:40])})
        yield " ".join(name), [first + timedelta(days=n) for n in range((until - first).days + 1)]


def _whose(request: Request[Any, Any], everywhere: bool) -> str:
    """The hall looked at, or every one. Raises NotYourHouse."""
    session = request.ctx.session
    if not everywhere:
        return str(session.hall_id)
    if not steering.is_house_admin(session.member):
        raise NotYourHouse()
    return EVERY_HALL


def _deed(deed: Deed, hall_id: str) -> Deed:
    return replace(deed, state=partial(open_days.plain_day, hall_id=hall_id))
