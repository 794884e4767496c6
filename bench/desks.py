"""Who is in bench/staff.py: editors who look, type, save, review and publish; clerks who call, take in, print and end.

Each is a browser: cookie, the token of the forms, the fields a page's form really has, htmx's headers, and the looks
the pages take by themselves (static/desk.js, knowledge_edit.html).
"""

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp

GOOD = "橘子 台阶 晚风 四十二"  # everybody's own password
QUIET = {"X-Quiet": "1"}
LOOK_SECONDS = 2.0  # between two looks of a counter's page at its line (desk_line.html)
TYPED = "请先带好身份证原件和复印件到窗口来办，也可以在网上先填好表，办理时间以窗口的说明为准。"
RECALLED, TRANSFERRED, BREAK, TRIED = 0.05, 0.04, 0.02, 0.3


@dataclass(slots=True)
class Day:
    """What everybody in it shares. `times`: how much quicker than people they think, type and serve."""

    base: str
    until: float
    times: float
    matters: list[str]  # of the hall, that people come for
    clerks: list[str]
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # seconds, by page
    called: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # ticket: who saw it called
    problems: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # what a page said no to, in its words
    drafts: list[tuple[str, str]] = field(default_factory=list)  # (author, address) that wait for another's eyes
    cases: int = 0

    @property
    def is_over(self) -> bool:
        return time.perf_counter() >= self.until

    async def think(self, least: float, most: float) -> None:
        await asyncio.sleep(random.uniform(least, most) / self.times)


@dataclass
class Person:
    """Somebody at a browser. `news` is what the last answer set off in the page (HX-Trigger)."""

    name: str
    day: Day
    http: aiohttp.ClientSession
    cookie: str = ""
    csrf: str = ""
    news: str = ""

    async def ask(
        self,
        page: str,
        path: str,
        form: Any = None,
        *,
        is_part: bool = False,
        headers: Mapping[str, str] | None = None,
        may_refuse: bool = False,
    ) -> str:
        """The body; where htmx is led on, that of the page it leads to. `page` is what it is counted as."""
        sent = {"Cookie": self.cookie, "Origin": self.day.base, **(headers or {})}
        if is_part:
            sent |= {"HX-Request": "true", "X-Csrf": self.csrf}
        began = time.perf_counter()
        method = "GET" if form is None else "POST"
        data = None if form is None else [("csrf", self.csrf), *_pairs(form)]
        async with self.http.request(
            method, self.day.base + path, headers=sent, data=data, allow_redirects=False
        ) as answer:
            body = await answer.text()
        self.day.took[page].append(time.perf_counter() - began)
        for given in answer.headers.getall("Set-Cookie", []):
            if found := re.match(r"(__Host-bangban=[^;]+)", given):
                self.cookie = found[1]
        if found := re.search(r'name="csrf" value="(\w+)"', body):
            self.csrf = found[1]
        if to := answer.headers.get("HX-Redirect") or answer.headers.get("Location"):
            return await self.ask(page_of(to), to)
        if answer.status >= 400:
            said = " ".join(re.sub(r"<[^>]+>", " ", body).split())[:160]
            if not may_refuse:
                self.day.problems.append(f"{self.name}: {page} {answer.status} {said}")
            self.day.refused[f"{page}: {said[:40]}"] += 1
        self.news = answer.headers.get("HX-Trigger", "")
        return body

    async def come_in(self, one_time: str) -> None:
        """Signed in for the first time: the one-time password, then one of their own."""
        await self.ask("sign-in page", "/staff/sign-in")
        await self.ask("sign in", "/staff/sign-in", {"name": self.name, "password": one_time})
        await self.ask("own password", "/staff/account/password", {"old": one_time, "new": GOOD, "again": GOOD})


def page_of(path: str) -> str:
    """What an address is counted as."""
    return re.sub(r"(?<=/)(ST\w+|\d+)(?=/|$)", "…", path.partition("?")[0].removeprefix("/staff/"))


def _pairs(form: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(k, str(one)) for k, v in form.items() for one in (v if isinstance(v, list) else [v])]


# ------------------------------------------------------------------------------------------------ editors


class Filled(HTMLParser):
    """The fields of the form `edit` and what stands in them, as a browser would send them."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._is_inside, self._writing, self._chosen = False, "", ""
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._is_inside = has.get("id") == "edit"
        elif (self._is_inside or has.get("form") == "edit") and (name := has.get("name")):
            if tag == "input" and (has.get("type") != "checkbox" or "checked" in has):
                self.fields[name] = has.get("value", "")
            elif tag == "textarea":
                self.fields[name], self._writing = "", name
            elif tag == "select":
                self.fields[name], self._chosen = "", name
        elif self._is_inside and tag == "option" and "selected" in has:
            self.fields[self._chosen] = has.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._writing:
            self.fields[self._writing] += data

    def handle_endtag(self, tag: str) -> None:
        self._writing = ""
        if tag == "form":
            self._is_inside = False


class Editor(Person):
    async def work(self, own: list[str]) -> None:
        """Morning page, then entry after entry of their own, with a colleague's in between."""
        at_hand = 0
        while not self.day.is_over:
            await self.ask("knowledge/morning", "/staff/knowledge/morning")
            await self.ask("knowledge/groups", "/staff/knowledge/groups", is_part=True)
            await self.day.think(5, 15)
            await self._write(own[at_hand % len(own)])
            at_hand += 1
            await self._review()
            page = random.choice(["policies", "ending", "files", f"versions?kind=entry&id={own[0]}"])
            await self.ask(f"knowledge/{page.partition('?')[0]}", f"/staff/knowledge/{page}")
            await self.day.think(3, 10)

    async def _write(self, entry_id: str) -> None:
        address = f"/staff/knowledge/edit?kind=entry&id={entry_id}"
        fields = Filled(await self.ask("knowledge/edit", address)).fields
        if "question" not in fields:  # what came instead is told among the problems
            return
        await self.ask("knowledge/entries", f"/staff/knowledge/entries?q={fields['question']}")
        await self.day.think(2, 6)
        fields = Filled(await self.ask("knowledge/edit", address)).fields
        await self._would(fields)
        written = "stages.1.how" if fields.get("stages.1.policies") else "answer"
        for end in range(2, len(TYPED), 2):  # a pause of 400 ms and more is when the page asks
            if self.day.is_over:
                return
            fields[written] = fields[written].partition("改：")[0] + "改：" + TYPED[:end]
            await self.day.think(0.6, 3)
            await self._would(fields)
        if random.random() < TRIED:
            await self.ask("knowledge/week", "/staff/knowledge/week", fields, is_part=True)
            await self.day.think(5, 15)
        fields["change"] = "把要带的写清楚"
        await self.ask("knowledge/save", "/staff/knowledge/save", fields, is_part=True)
        self.day.drafts.append((self.name, address))
        await self.day.think(2, 5)

    async def _would(self, fields: dict[str, str]) -> None:
        await self.ask("knowledge/would", "/staff/knowledge/would", fields, is_part=True)

    async def _review(self) -> None:
        theirs = next((each for each in self.day.drafts if each[0] != self.name), None)
        if theirs is None:
            return
        self.day.drafts.remove(theirs)
        for act in ("review", "publish"):
            fields = Filled(await self.ask("knowledge/edit", theirs[1])).fields
            await self._would(fields)
            await self.day.think(5, 15)
            seen = {name: fields.get(name, "") for name in ("id", "kind", "seen")}
            await self.ask(f"knowledge/{act}", f"/staff/knowledge/{act}", seen, is_part=True, may_refuse=True)


# ------------------------------------------------------------------------------------------------ clerks


class Clerk(Person):
    """`now` is the part of the page that shows who is here, as the browser has it."""

    async def work(self, counter: int) -> None:
        self.counter = counter
        seats = await self.ask("desk", "/staff/desk")
        key = re.search(rf'name="key" value="([^"]+-{counter})"', seats)
        if key is None:
            self.day.problems.append(f"{self.name} cannot sit down at {counter}: {' '.join(seats.split())[-300:]}")
            return
        opening = {"key": key[1], "counter": counter, "press": "open"}
        self.now = await self.ask("desk: open", "/staff/desk", opening, is_part=True)
        looking = asyncio.create_task(self._look())
        try:
            while not self.day.is_over:
                await self._serve_one()
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._look_once()

    async def _look_once(self) -> None:
        mark = re.search(r'id="mark" name="mark" value="([^"]*)"', self.now)
        path = f"/staff/desk/line?mark={mark[1] if mark else ''}"
        shown = self.now
        self.line = await self.ask("desk/line", path, is_part=True, headers=QUIET)
        if "desk-changed" in self.news and shown is self.now:
            self.now = await self.ask("desk/now", "/staff/desk/now", is_part=True, headers=QUIET)

    async def _press(self, what: str, **more: Any) -> bool:
        """Whether it was taken."""
        form = {"key": _key(self.now), "counter": self.counter, "press": what, **more}
        body = await self.ask(f"desk: {what}", "/staff/desk", form, is_part=True, may_refuse=what == "next")
        is_taken = 'id="now"' in body
        if is_taken:
            before, self.now = self.number, body
            if self.number not in (before, ""):
                self.day.called[self.number].append(self.name)
        await self._look_once()
        return is_taken

    @property
    def number(self) -> str:
        found = re.search(r'class="number"><span>([A-Z]\d+)</span>', self.now)
        return found[1] if found else ""

    async def _serve_one(self) -> None:
        is_free = not self.number
        if is_free and ("下一位是" not in self.now or not await self._press("next")):
            await self.day.think(2, 4)
            self.now = await self.ask("desk/now", "/staff/desk/now", is_part=True)
            return
        number = self.number
        await self.day.think(5, 20)
        if random.random() < RECALLED:
            await self._press("recall")
            await self.day.think(5, 10)
        await self._press("serve")
        if random.random() < TRANSFERRED and (letters := re.findall(r'<option value="([A-Z])">', self.now)):
            await self._press("transfer", letter=random.choice(letters), why="材料归那边收")
            return
        await self._take_in(number)
        if random.random() < BREAK:
            await self._press("finish")
            await self._press("pause")
            await self.day.think(20, 60)
            await self._press("resume")
            return
        await self._press("finish-next")

    async def _take_in(self, number: str) -> None:
        """What they brought is ticked off, taken in and accepted; papers are printed, and the case is concluded."""
        page = await self.ask("cases/new", f"/staff/cases/new?ticket={number}", is_part=True)
        await self.day.think(10, 40)
        matter = re.search(r'name="matter" value="([^"]+)"', page)
        if matter is None and (choices := re.findall(rf"cases/new\?ticket={number}&(?:amp;)?matter=([\w-]+)", page)):
            chosen = (
                f"/staff/cases/new?ticket={number}&matter={random.choice(choices)}"  # who was transferred says it anew
            )
            page = await self.ask("cases/new", chosen, is_part=True)
            matter = re.search(r'name="matter" value="([^"]+)"', page)
        if matter is None:
            self.day.problems.append(f"{self.name}: no matter stands in the intake of {number}")
            return
        brought = re.findall(r'name="brought" value="(\d+)" checked', page)
        handed = {
            "ticket": number,
            "matter": matter[1],
            "applicant": "示例申请人",
            "brought": brought,
            "then": "accept",
        }
        page = await self.ask("cases: take in", "/staff/cases", {"key": _key(page), **handed}, is_part=True)
        case = re.search(r"/staff/cases/(ST\w+)", page)
        if case is None:
            return
        self.day.cases += 1
        await self.day.think(5, 20)
        address = f"/staff/cases/{case[1]}"
        await self.ask("cases/…/notice", f"{address}/notice", is_part=True)
        await self.day.think(5, 20)
        page = await self.ask("cases/…", address, is_part=True)
        result = {"key": _key(page), "words": "予以办理"}
        await self.ask("cases: conclude", f"{address}/conclude", result, is_part=True)
        await self.day.think(2, 5)


def _key(page: str) -> str:
    """Of the forms of a page: what is sent again carries it again."""
    found = re.search(r'name="key" value="([^"]+)"', page)
    return found[1] if found else ""
