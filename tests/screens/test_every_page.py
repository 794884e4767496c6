"""Every staff page, as somebody comes to it who follows the links: that it answers, fits, reads well, and that no name
or number of a person stands in an address or in the log. A page that nobody could come to fails here.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, expect

from app import create_app
from hall.appointments import service as appointments
from hall.appointments.model import Form
from hall.appointments.model import Request as Wish
from hall.cases import service as cases
from hall.citizens import service as citizens
from hall.matters import life_events
from hall.matters import service as matters
from hall.matters.model import Audience, LifeEvent
from hall.places import service as places
from hall.places.model import Counter
from hall.queue import calling
from hall.staff import service as staff
from hall.staff import sessions
from hall.staff.model import Role, StaffMember
from handlers.gate import OPEN_COOKIE
from kit import clock
from kit.db import Tx
from kit.settings import Demo, Secrets, Settings
from tests.hall import builders
from tests.hall.lines import a_line
from tests.screens.test_staff_pages import DESK, browser, hall_of, serious
from tests.screens.test_try import OVERFLOW

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]

PHONE = {"width": 390, "height": 844}
HALL = replace(builders.HALL, id="walked", name="走一遍的大厅", hours=((time(0), time(12)), (time(12), time(23, 59))))
EVERYTHING = "样样都管"  # of the staff
NAME, NUMBER, ID_NUMBER = "慕容望舒", "13900007788", "11010519491231002X"
PERSONS = re.compile(f"{NAME}|{NUMBER}|{NUMBER[-8:]}|{ID_NUMBER}")
ALONE = {  # where this walk does not come, and why
    "sign-in": "for who is not in",
    "second-step": "between password and code",
    "assets/<edition:str>/<name:str>": "our css and js",
    "<rest:path>": "what is not there",
    "desk/walk-up": "a button while nobody waits",
    "admin/calendar/year": "for an admin of all halls",
}
WRONG_KEYS = """() => {
  const found = (selector, name) => [...document.querySelectorAll(selector)].filter((el) => el.checkVisibility())
    .map((el) => el.getAttribute(name));
  const twice = (keys) => keys.filter((key, n) => keys.indexOf(key) !== n);
  return {
    hotkeys: twice(found("main [data-hotkey]", "data-hotkey")), of_house: found("main [data-hotkey]", "data-hotkey")
      .filter((key) => ["g", "?", "/"].includes(key)), menu: twice(found("nav [data-key]", "data-key")),
    access: twice(found("[accesskey]", "accesskey")), order: found("[tabindex]", "tabindex").filter((n) => n > 0),
  };
}"""
LINKS = """() => [...document.querySelectorAll("a[href], [hx-get]:not(form)")]
  .map((el) => el.getAttribute("href") ?? el.getAttribute("hx-get"))"""
FORMS = """() => [...document.querySelectorAll("form[method=get]")].map((el) => el.getAttribute("action"))"""


@dataclass
class Walk:
    """`pages`: the address each kind of page was looked at by; `met`: routes that a page leads to or asks."""

    routes: dict[str, re.Pattern[str]]
    pages: dict[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def route(self, address: str) -> str | None:
        """Of a staff page; the most particular one that fits."""
        path = urlsplit(address).path
        fitting = [name for name, pattern in self.routes.items() if pattern.fullmatch(path)]
        return min(fitting, key=lambda name: name.count("<"), default=None)


def routes(folder: Path) -> dict[str, re.Pattern[str]]:
    router = create_app(Settings(demo=Demo(on=True), secrets=Secrets(key_file=str(folder / "a.key")))).router
    names = [route.path.removeprefix("staff/") for route in router.routes
             if route.path.startswith("staff/") and "GET" in route.methods]  # fmt: skip
    return {name: re.compile("/staff/" + re.sub(r"<[^>]+>", "[^/]+", name)) for name in names}


async def a_hall_at_work(tx: Tx) -> tuple[StaffMember, str]:
    """Somebody is served, others wait, one has booked; who is everything there sits at its counter. And a case."""
    now = clock.now()
    await places.found(tx, HALL)
    group = await matters.add_group(tx, HALL.id, "A", "企业开办")
    matter = await builders.a_matter(tx, group, "walked-licence")
    event = LifeEvent("open-shop", HALL.id, "开一家小店", Audience.SOLE_TRADER, ("开店",), (matter.id,))
    await life_events.set_event(tx, event, {matter.id})
    await places.add_counter(tx, Counter(HALL.id, 1, "1号窗口", ("A",)))
    await a_line(tx, group, [None] * 3, now=now)
    await staff.add(tx, EVERYTHING, Role.ADMIN, now, HALL.id)
    await staff.set_password(tx, (await staff.named(tx, EVERYTHING)).id, "x")
    await staff.set_roles(tx, (await staff.named(tx, EVERYTHING)).id, HALL.id, list(Role))
    member = await staff.named(tx, EVERYTHING)
    counter = (await places.counters(tx, HALL.id))[0]
    await calling.open_post(tx, counter, member, now)
    await calling.call_next(tx, counter, member, now)
    await calling.serve(tx, counter, member, now)
    citizen = await citizens.meet(tx, "o-murong", now)
    today = clock.day_of(now)
    await appointments.make_slots(tx, HALL.id, group.id, [today], ((time(23), time(23, 59)),), 59, 2)
    for slot in await appointments.free_slots(tx, HALL.id, group.id, today, now):
        form = Form(NAME, NUMBER, id_number=ID_NUMBER)
        await appointments.book(tx, Wish(citizen.id, slot.id, matter, form), now)
    case, _ = await cases.open(tx, matter, now, citizen_id=citizen.id, applicant=NAME, staff=member)
    await cases.accept(tx, case.number, member, now)
    return member, case.number


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def case_number(hall_folder: Path) -> str:
    async with hall_of(hall_folder) as db:
        return (await db.transact(a_hall_at_work))[1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(browser: Browser, hall_url: str, hall_folder: Path, case_number: str) -> AsyncIterator[Page]:
    async with hall_of(hall_folder) as db:
        member = await db.consult(staff.named, EVERYTHING)
        token = await db.transact(sessions.begin, member, HALL.id, "Linux · 谷歌", clock.now())
    async with await browser.new_context(viewport=DESK, locale="zh-CN") as context:  # type: ignore[arg-type]
        await context.add_cookies([{"name": OPEN_COOKIE, "value": token, "url": hall_url}])
        yield await context.new_page()


@pytest.mark.timeout(300)  # fifty pages, each at two widths and through axe
async def test_every_page_can_be_come_to_reads_well_fits_and_tells_nobodys_number(
    page: Page, hall_url: str, hall_folder: Path, case_number: str, tmp_path: Path
) -> None:
    walk = Walk(routes(tmp_path))
    page.on("request", lambda asked: note(walk, asked))
    page.on("console", lambda line: walk.wrong.append((page.url, line.text)) if line.type == "error" else None)
    typed = [f"/staff/cases/{case_number}", "/staff/cases/new?ticket=A001&matter=walked-licence"]  # into a form
    ahead = ["/staff/home", *typed]
    while ahead:
        address = ahead.pop()
        name = walk.route(address)
        if name is None or name in ALONE or (kind := kind_of_page(name, address)) in walk.pages:
            continue
        walk.pages[kind] = address
        answer = await page.request.get(hall_url + address)
        if answer.status not in (200, 204):  # 204: a part of a page has no news
            walk.wrong.append((address, f"a link to it stands on a page, and it answers {answer.status}"))
        if "text/html" in answer.headers.get("content-type", "") and "<html" in await answer.text():
            ahead += await look(walk, page, hall_url, address, tmp_path / re.sub(r"\W+", "-", kind))
    met = walk.met | {walk.route(address) for address in walk.pages.values()}
    assert walk.wrong == []
    never = {
        name for name in walk.routes.keys() - met - ALONE.keys() if "<" not in name
    }  # of one thing: it may not be there
    assert never == set(), "no page leads there"
    told = [address for address in walk.asked if PERSONS.search(unquote(address))]
    told += PERSONS.findall((hall_folder / "log").read_text("utf-8"))
    assert told == []


def kind_of_page(name: str, address: str) -> str:
    """A route, and what was asked of it: two that differ in the number or name of a thing only are one page."""
    asked = parse_qsl(urlsplit(address).query)
    return " ".join([name, *sorted({each for each, _ in asked} | {value for each, value in asked if each == "kind"})])


def note(walk: Walk, asked: Request) -> None:
    walk.asked.append(asked.url)
    walk.met |= {walk.route(asked.url) or ""}


async def look(walk: Walk, page: Page, url: str, address: str, shot: Path) -> list[str]:
    """At a counter's screen and on a telephone; the addresses it leads to."""
    for size, kind in ((DESK, "desk"), (PHONE, "phone")):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        if kind == "desk":
            await page.goto(url + address)
            await expect(page.locator(".htmx-request")).to_have_count(0)
        walk.wrong += [(address, f"{kind}: {said}") for said in await serious(page)]
        if (over := await page.evaluate(OVERFLOW)) > 0:
            walk.wrong.append((address, f"{kind}: {over} pixels too wide"))
        await page.screenshot(path=f"{shot}-{kind}.png", full_page=True)
    keys = {what: found for what, found in (await page.evaluate(WRONG_KEYS)).items() if found}
    walk.wrong += [(address, f"keys: {keys}")] if keys else []
    links = [link.replace(url, "") for link in await page.evaluate(LINKS)]
    walk.met |= {walk.route(link) or "" for link in links + await page.evaluate(FORMS)}
    return [link.partition("#")[0] for link in links if link.startswith("/staff")]
