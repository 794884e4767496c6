"""/staff/performance: how the hall performs, each figure with its definition, what it was before, and the rows behind.

The figures ask again by themselves while today is among the days that are looked at, and are reckoned anew only when
something has happened that may move them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from sanic import HTTPResponse, Request

from hall.performance import service as performance
from hall.performance import sheets
from hall.performance.model import FIGURES_BY, Asked, By, Figure, Group, Key, Report, Wanted
from hall.performance.spans import Span, When
from handlers import forms
from handlers.errors import NoSuchPage
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.acts import now
from handlers.staff.pages import HEADERS, pages, saved, show
from kit import excel
from kit.beside import beside
from kit.clock import day_of

HERE = "/staff/performance"
LOOKERS = "staff: lead admin"
MOST_GROUPS, MOST_LINES = 40, 50  # on a page
NOBODYS = "-"  # in an address: the group without a name
SECTIONS: Sequence[tuple[str, Sequence[Figure]]] = (
    (
        "取号和窗口",
        (
            Figure.TAKEN,
            Figure.SERVED,
            Figure.WAIT,
            Figure.LONG_WAIT,
            Figure.SERVICE,
            Figure.MISSED,
            Figure.LEFT,
            Figure.NO_SHOW,
        ),
    ),
    (
        "办件和评价",
        (
            Figure.ACCEPTED,
            Figure.CONCLUDED,
            Figure.CONCLUDED_SHARE,
            Figure.ON_TIME,
            Figure.CASE_DAYS,
            Figure.CONTENT,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at. `of`: one group of those that `by` tells apart; `mark`: what the page shows already."""

    when: Annotated[When, forms.one_of(When), "哪些天"] = When.WEEK
    first: Annotated[date | None, forms.day, "从哪天"] = None
    last: Annotated[date | None, forms.day, "到哪天"] = None
    by: Annotated[By, forms.one_of(By), "按什么分"] = By.COUNTER
    page: Annotated[int, forms.up_to(1000), "第几页"] = 1
    of: Annotated[str, forms.text(64), "哪一个"] = ""
    before: Annotated[int | None, forms.whole, "从哪一条往前"] = None
    mark: Annotated[str, forms.text(200), "现在的样子"] = ""

    def address(self, path: str = "", **other: object) -> str:
        """Where the same is looked at, but for what is said otherwise."""
        free = {"first": self.first, "last": self.last} if self.when is When.FREE else {}
        said = {"when": self.when, **free, "by": self.by, **other}
        return f"{HERE}{path}?{urlencode({name: value for name, value in said.items() if value})}"


@pages.get("/performance")
@guarded(LOOKERS)
async def performance_page(request: Request[Any, Any]) -> HTTPResponse:
    return await _shown(request, "performance.html", forms.query(request, Looked))


@pages.get("/performance/news")
@guarded(LOOKERS)
async def news(request: Request[Any, Any]) -> HTTPResponse:
    """The figures anew; nothing where nothing has happened since they were reckoned."""
    looked, session = forms.query(request, Looked), request.ctx.session
    if looked.mark == await _gate(request).db.consult(performance.mark, session.hall_id, now(request)):
        return HTTPResponse(status=204, headers=HEADERS)
    return await _shown(request, "performance_figures.html", looked)


@pages.get("/performance/rows/<name:str>")
@guarded(LOOKERS)
async def rows_page(request: Request[Any, Any], name: str) -> HTTPResponse:
    looked = forms.query(request, Looked)
    asked = await _asked(request, looked, name)
    db, of = _gate(request).db, {"of": looked.of}
    found = await db.consult(performance.rows, asked)
    return await show(
        request,
        "performance_rows.html",
        asked=asked,
        rows=found,
        value=await db.consult(performance.value, asked),
        looked=looked,
        older=looked.address(f"/rows/{name}", **of, before=found.older) if found.older else None,
        sheet=looked.address(f"/rows/{name}/sheet", **of),
    )


@pages.get("/performance/sheet")
@guarded(LOOKERS)
async def sheet(request: Request[Any, Any]) -> HTTPResponse:
    report = await _reported(request, forms.query(request, Looked))
    return await _saved("performance", report.wanted.span, sheets.of_report(report))


@pages.get("/performance/rows/<name:str>/sheet")
@guarded(LOOKERS)
async def rows_sheet(request: Request[Any, Any], name: str) -> HTTPResponse:
    asked = await _asked(request, forms.query(request, Looked), name)
    found = await _gate(request).db.consult(performance.every_row, asked)
    return await _saved(asked.figure, asked.wanted.span, sheets.of_rows(asked, found))


async def _saved(name: str, span: Span, told: sheets.Sheets) -> HTTPResponse:
    return saved(f"{name}-{span.first}-{span.last}.xlsx", await beside(excel.packed, told))


async def _shown(request: Request[Any, Any], page: str, looked: Looked) -> HTTPResponse:
    report = await _reported(request, looked)
    begins = MOST_GROUPS * (looked.page - 1)
    ends = begins + MOST_GROUPS
    groups = report.groups[begins:ends]
    return await show(
        request,
        page,
        report=report,
        looked=looked,
        sections=SECTIONS,
        figures=FIGURES_BY[looked.by],
        groups=groups,
        most=max((group.values[Figure.TAKEN].whole for group in report.groups), default=0),
        columns=_columns(groups) if looked.by is By.DAY else (),
        key_of=_written,
        more=looked.address(page=looked.page + 1) if len(report.groups) > ends else None,
        is_live=report.wanted.span.last >= day_of(report.at),
        When=When,
        By=By,
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A day of the picture: its date, how many tickets were served, and how high that stands of a hundred."""

    day: str
    count: int
    height: int


def _columns(groups: Sequence[Group]) -> list[Column]:
    """From the oldest day on."""
    served = [(group.key, group.values[Figure.SERVED].whole) for group in reversed(groups)]
    most = max((count for _, count in served), default=0) or 1
    return [Column(f"{key:%m-%d}", count, round(100 * count / most)) for key, count in served if isinstance(key, date)]


async def _wanted(request: Request[Any, Any], looked: Looked) -> Wanted:
    free = (looked.first, looked.last)
    asked = (request.ctx.session.hall_id, looked.when, looked.by, now(request), *free)
    return await _gate(request).db.consult(performance.wanted, *asked)


async def _reported(request: Request[Any, Any], looked: Looked) -> Report:
    return await _gate(request).db.consult(performance.report, await _wanted(request, looked), now(request))


async def _asked(request: Request[Any, Any], looked: Looked, name: str) -> Asked:
    """Raises NoSuchPage."""
    if name not in set(Figure):
        raise NoSuchPage()
    called = await _gate(request).db.consult(performance.names, request.ctx.session.hall_id)
    group = performance.key_of(looked.by, "" if looked.of == NOBODYS else looked.of)
    wanted = await _wanted(request, looked)
    return Asked(Figure(name), wanted, called, bool(looked.of), group, looked.before, MOST_LINES)


def _written(key: Key) -> str:
    return NOBODYS if key is None else str(key)


def _gate(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
