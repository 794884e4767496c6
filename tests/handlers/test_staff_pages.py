"""Who gets through which door of the staff pages, and what stands in the way of everybody else."""

import inspect
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from hall.audit import service as audit
from hall.audit.model import By, Wanted
from hall.places.tables import halls
from hall.staff import entrance, second_step
from hall.staff import service as staff
from hall.staff.model import EVERYWHERE, Role
from handlers.gate import COOKIE, csrf_of
from handlers.staff import acts, menu, presses
from handlers.staff.doors import pages
from handlers.staff.pages import FLASH
from kit import totp
from kit.db import Database
from tests.hall.builders import HALL, MONDAY
from tests.handlers.staff import OTHER, Visitor, a_member, open_staff

GOOD = "橘子 台阶 晚风 四十二"


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        yield found


def doors(app: object) -> list[tuple[str, str, str]]:
    """(method, path under /staff with numbers nobody has, guard)."""
    found = []
    for route in app.router.routes:  # type: ignore[attr-defined]
        path = "/" + re.sub(r"<[^>]*int>", "987654", route.path)
        path = re.sub(r"<[^>]*>", "nothing", path)
        found += [(method, path.removeprefix("/staff"), route.handler.guard) for method in sorted(route.methods)]
    return found


# ------------------------------------------------------------------------------------------------ each door, each role


async def test_each_door_lets_in_whom_its_guard_names_and_tells_the_others_who_may(visitor: Visitor) -> None:
    people = {role: await a_member(visitor.db, role.chinese, role) for role in Role}
    wrong = []
    for method, path, guard in doors(visitor.app):
        if not guard.startswith("staff"):
            continue
        wanted = set(guard.partition(":")[2].split()) or set(Role)
        for role, member in people.items():
            at_work = await visitor.as_member(member)
            answer = await (at_work.get(path) if method == "GET" else at_work.post(path))
            if (answer.status != 403) != (role in wanted) or answer.status >= 500:
                wrong.append((method, path, guard, role, answer.status))
            if answer.status == 403 and not all(Role(one).chinese in answer.text for one in wanted):
                wrong.append((method, path, "does not say who may", role, answer.text))
    assert wrong == []


def test_each_page_has_a_key_of_its_own_and_none_is_the_houses() -> None:
    keys = [line.key for section in menu.SECTIONS for line in section.lines]
    assert (len(set(keys)), {"g", "/", "?"} & set(keys)) == (len(keys), set())


async def test_no_door_opens_without_a_session_or_at_another_hall(visitor: Visitor) -> None:
    stranger = await a_member(visitor.db, "外人", Role.ADMIN, OTHER.id)
    elsewhere = await visitor.as_member(stranger, OTHER.id)
    for method, path, guard in doors(visitor.app):
        if guard == "public":
            continue
        answer = await (visitor.get(path) if method == "GET" else visitor.post(path))
        assert (answer.status, answer.headers["Location"].startswith("/staff/sign-in")) == (302, True), path
        part = await (visitor.get if method == "GET" else visitor.post)(path, HX_Request="true")
        assert part.status == 401, path
    here = await a_member(visitor.db, "本厅的人", Role.CLERK)
    assert (await elsewhere.get(f"/admin/staff/{here.id}")).status == 404
    for act in ("roles", "reset", "disable", "enable", "no-step"):
        assert (await elsewhere.post(f"/admin/staff/{here.id}/{act}", {"hall": HALL.id})).status == 404, act


async def test_nothing_is_sent_from_a_page_that_is_not_ours(visitor: Visitor) -> None:
    admin = await visitor.as_role(Role.ADMIN)
    for method, path, guard in doors(visitor.app):
        if method != "POST" or guard == "public":
            continue
        foreign = await admin.post(path, Origin="https://evil.example")
        forged = await admin.post(path, {"csrf": "0" * 64})
        assert [(one.status, "刷新页面" in one.text) for one in (foreign, forged)] == [(403, True)] * 2, path
    assert (await visitor.post("/sign-in", {"name": "x", "password": "y"}, Origin="https://evil.example")).status == 403


def test_every_door_that_writes_leaves_a_line_in_the_trail() -> None:
    """One mechanism: `acts.act` (`presses.act_once` stands on it), or `audit.done` at signing in, before there is a session."""
    writing = [route for route in pages._future_routes if "POST" in route.methods]
    assert len(writing) > 8
    asking = {"/knowledge/would", "/knowledge/week"}  # forms too long for an address; they write nothing
    asking |= {
        "/appointments/find",
        "/admin/counters/would",
        "/admin/matters/events/would",
        "/admin/notices/<kind:str>/preview",
        "/admin/plans/<letter:str>/would",
        "/admin/queue/would",
        "/admin/rules/draft",
        "/admin/rules/try",
    }
    noting = {route.uri for route in writing if RECORDING & called(inspect.unwrap(route.handler))}
    assert {route.uri for route in writing} - noting == asking


RECORDING = {acts.act, presses.act_once, audit.done}


def called(door: Callable[..., Any]) -> set[Any]:
    """A door and whatever it leads to by name: through its own module all the way, into others one step."""
    found: set[Any] = set()
    left: list[Any] = [door]
    while left:
        each = left.pop()
        if not inspect.isfunction(each) or each in found:
            continue
        found.add(each)
        if each.__module__ == door.__module__:
            named = [each.__globals__.get(name) for name in each.__code__.co_names]
            left += named
            left += [
                getattr(one, name, None) for one in named if inspect.ismodule(one) for name in each.__code__.co_names
            ]
    return found


# ------------------------------------------------------------------------------------------------ headers and cookies


async def test_pages_carry_the_headers_that_keep_others_out(visitor: Visitor) -> None:
    admin = await visitor.as_role(Role.ADMIN)
    for path in ("/home", "/admin/staff", "/nothing", "/sign-in"):
        answer = await admin.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=|javascript:", answer.text), path


async def test_the_cookie_is_out_of_reach_and_secure_but_for_the_demo_on_this_machine(sqlite_db: Database) -> None:
    said, flash = [], []
    for demo, headers in ((True, {}), (True, {"X_Forwarded_For": "1.2.3.4"}), (False, {})):
        async with open_staff(sqlite_db, demo) as visitor:
            name = f"王芳{len(said)}"
            password = await sqlite_db.transact(staff.add, name, "clerk", MONDAY, HALL.id)
            answer = await visitor.post("/sign-in", {"name": name, "password": password}, **headers)
            said.append(answer.headers["Set-Cookie"])
            cookie, token = re.match(r"([^=]+)=([^;]+)", said[-1]).groups()  # type: ignore[union-attr]
            out = await visitor.post("/sign-out", {"csrf": csrf_of(token)}, Cookie=f"{cookie}={token}", **headers)
            flash += [one for one in out.cookies if one.startswith(FLASH)]
        async with sqlite_db.tx() as tx:
            await tx.run(delete(halls))
    assert all("HttpOnly" in one and "SameSite=Strict" in one and "Path=/" in one for one in said + flash)
    assert ["Secure" in one for one in said] == ["Secure" in one for one in flash] == [False, True, True]
    assert [one.startswith(f"{COOKIE}=") for one in said] == [False, True, True]


# ------------------------------------------------------------------------------------------------ signing in


async def test_the_one_time_password_leads_to_a_new_one_and_nowhere_else(visitor: Visitor) -> None:
    password = await visitor.db.transact(staff.add, "王芳", "clerk", MONDAY, HALL.id)
    entered = await visitor.post("/sign-in", {"name": "王芳", "password": password, "to": "/staff/account"})
    assert (entered.status, entered.headers["Location"]) == (303, "/staff/account/password")
    for path in ("/home", "/account", "/admin/staff"):
        answer = await visitor.get(path)
        assert (answer.status, answer.headers["Location"]) == (302, "/staff/account/password")
    before = visitor.token
    for form, said in (
        ({"old": password, "new": "password123", "again": "password123"}, "太容易被猜到"),
        ({"old": password, "new": GOOD, "again": GOOD + "！"}, "两次输入的新密码不一样"),
        ({"old": "wrong", "new": GOOD, "again": GOOD}, "姓名或密码不对"),
        ({"old": password, "new": password, "again": password}, "和原来的一样"),
    ):
        refused = await visitor.post("/account/password", form, HX_Request="true")
        assert said in refused.text
        assert refused.status == 422
    changed = await visitor.post("/account/password", {"old": password, "new": GOOD, "again": GOOD})
    assert (changed.status, changed.headers["Location"]) == (303, "/staff/home")
    assert visitor.token != before
    assert (await visitor.get("/home")).status == 200


async def test_who_signs_in_goes_where_they_wanted_and_never_out_of_the_house(visitor: Visitor) -> None:
    member = await a_member(visitor.db, "王芳", Role.CLERK)
    await visitor.db.transact(staff.set_password, member.id, await entrance.choose_password(visitor.db, member, GOOD))
    asked = await visitor.get("/account")
    assert asked.headers["Location"] == "/staff/sign-in?to=/staff/account"
    for to, where in (
        ("/staff/account", "/staff/account"),
        ("//evil.example/staff/x", "/staff/home"),
        ("/staff/../x\r\nSet-Cookie: a=b", "/staff/home"),
        ("https://evil.example", "/staff/home"),
    ):
        entered = await visitor.post("/sign-in", {"name": "王芳", "password": GOOD, "to": to})
        assert (entered.status, entered.headers.get("Location")) in ((303, where), (422, None)), to


async def test_guessing_is_answered_with_how_long_to_wait(visitor: Visitor) -> None:
    for _ in range(5):
        assert "姓名或密码不对" in (await visitor.post("/sign-in", {"name": "无此人", "password": "x"})).text
    slowed = await visitor.post("/sign-in", {"name": "无此人", "password": "x"})
    assert (slowed.status, slowed.headers["Retry-After"]) == (429, "60")
    assert "还要等1分钟" in slowed.text


async def test_the_second_step_is_asked_for_and_opens_the_door(visitor: Visitor) -> None:
    member = await a_member(visitor.db, "赵主任", Role.LEAD)
    at_work = await visitor.as_member(member)
    assert "NAU" not in (await at_work.get("/account/qr.svg")).text
    secret = await visitor.db.transact(second_step.begin, member.id)
    code = totp.code_at(secret, totp.step_of(visitor.clock()))
    shown = await at_work.post("/account/second-step", {"code": code})
    assert len(re.findall(r"<code>[A-Z2-9]{5}-[A-Z2-9]{5}</code>", shown.text)) == 8
    assert (await at_work.get("/account/qr.svg")).status == 409
    await visitor.db.transact(staff.set_password, member.id, await entrance.choose_password(visitor.db, member, GOOD))
    entered = await visitor.post("/sign-in", {"name": "赵主任", "password": GOOD})
    assert entered.headers["Location"] == "/staff/second-step"
    assert (await visitor.get("/home")).headers["Location"] == "/staff/second-step"
    assert (await visitor.get("/account/password")).status == 302
    assert (await visitor.post("/account/password", {"old": GOOD, "new": "x", "again": "x"})).status == 302
    visitor.clock.at += timedelta(minutes=1)
    wrong = await visitor.post("/second-step", {"code": "000000"}, HX_Request="true")
    assert (wrong.status, "动态码不对" in wrong.text) == (422, True)
    code = totp.code_at(secret, totp.step_of(visitor.clock()))
    assert (await visitor.post("/second-step", {"code": code})).status == 303
    assert (await visitor.get("/home")).status == 200


async def test_a_session_that_is_over_lets_nobody_in_and_signing_out_ends_it(visitor: Visitor) -> None:
    clerk = await visitor.as_role(Role.CLERK)
    visitor.clock.at += timedelta(minutes=59)
    assert (await clerk.get("/home")).status == 200
    visitor.clock.at += timedelta(minutes=59)
    assert (await clerk.get("/home")).status == 200
    visitor.clock.at += timedelta(minutes=60)
    assert (await clerk.get("/home")).status == 302
    clerk = await visitor.as_role(Role.CLERK)
    token = clerk.token
    assert (await clerk.post("/sign-out")).headers["Location"] == "/staff/sign-in"
    clerk.token = token
    assert (await clerk.get("/home")).status == 302


# ------------------------------------------------------------------------------------------------ admin


async def test_an_admin_adds_somebody_and_the_trail_says_so(visitor: Visitor) -> None:
    admin = await visitor.as_role(Role.ADMIN)
    added = await admin.post("/admin/staff", {"name": "李强", "role": "clerk", "hall": HALL.id})
    password = re.search(r"<code>([A-Za-z0-9]{14})</code>", added.text)
    assert password is not None
    member = await visitor.db.consult(staff.named, "李强")
    await admin.post(f"/admin/staff/{member.id}/roles", {"hall": HALL.id, "roles": ["clerk", "guide"]})
    await admin.post(f"/admin/staff/{member.id}/disable")
    trail = await visitor.db.consult(audit.trail, Wanted(number="李强"), 10)
    assert [(line.called, line.after) for line in trail] == [
        ("停用账号", {"停用": True}),
        ("改角色", {"角色": ["窗口人员（test）", "导办（test）"]}),
        ("添加人员", {"角色": ["窗口人员（test）"], "一次性密码": True, "停用": False, "动态码": False}),
    ]
    page = await admin.get("/admin/audit")
    assert "改角色" in page.text
    assert password[1] not in page.text


async def test_an_admin_of_one_hall_gives_roles_there_only_and_steers_nobody_of_another(visitor: Visitor) -> None:
    admin = await visitor.as_role(Role.ADMIN)
    both = await a_member(visitor.db, "两头跑", Role.CLERK)
    await visitor.db.transact(staff.add, "管全部的", Role.ADMIN, MONDAY)
    await visitor.db.transact(staff.set_roles, both.id, OTHER.id, [Role.GUIDE])
    for hall in (OTHER.id, EVERYWHERE):
        assert (await admin.post("/admin/staff", {"name": "x", "role": "clerk", "hall": hall})).status == 403
        assert (await admin.post(f"/admin/staff/{both.id}/roles", {"hall": hall, "roles": "admin"})).status == 403
    assert (await admin.post(f"/admin/staff/{both.id}/roles", {"hall": HALL.id, "roles": "guide"})).status == 303
    for act in ("reset", "disable"):
        refused = await admin.post(f"/admin/staff/{both.id}/{act}")
        assert (refused.status, "在别的大厅也有角色" in refused.text) == (403, True)


async def test_somebody_of_two_halls_chooses_and_may_there_what_they_are_there(visitor: Visitor) -> None:
    member = await a_member(visitor.db, "两头跑", Role.CLERK)
    await visitor.db.transact(staff.add, "管全部的", Role.ADMIN, MONDAY)
    await visitor.db.transact(staff.set_roles, member.id, OTHER.id, [Role.ADMIN])
    at_work = await visitor.as_member(await visitor.db.consult(staff.named, "两头跑"))
    assert (await at_work.get("/admin/staff")).status == 403
    assert (await at_work.post("/hall", {"hall": OTHER.id})).status == 303
    assert (await at_work.get("/admin/staff")).status == 200
    clerk = await visitor.as_role(Role.CLERK)
    assert (await clerk.post("/hall", {"hall": OTHER.id})).status == 403


async def test_a_bad_field_is_told_beside_it(visitor: Visitor) -> None:
    admin = await visitor.as_role(Role.ADMIN)
    refused = await admin.post("/admin/staff", {"name": "", "role": "boss", "hall": HALL.id}, HX_Request="true")
    assert (refused.status, refused.headers["HX-Retarget"]) == (422, "#notice")
    assert re.findall(r'data-field="(\w+)"', refused.text) == ["name", "role"]


async def test_who_saw_is_found_by_the_number_on_the_persons_paper(visitor: Visitor) -> None:
    clerk = await a_member(visitor.db, "王芳", Role.CLERK)
    await visitor.db.transact(audit.saw, By(clerk, HALL.id, MONDAY), "case", "ST20261117000316")
    await visitor.db.transact(audit.saw, By(clerk, OTHER.id, MONDAY), "case", "ST20261117000317")
    lead = await visitor.as_role(Role.LEAD)
    found = await lead.get("/admin/seen?number=st20261117000316")
    assert "王芳" in found.text
    assert "没有这样的记录" in (await lead.get("/admin/seen?number=ST20261117000317")).text
