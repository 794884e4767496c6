"""Life events, departments and the sides of a matter, asked in chat; and what must not be taken for these."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest

from bot import guide, hall_questions
from bot.desk import Desk
from cli import sample
from cli.sample_guide import agencies_of, events_of
from hall.matters import agencies, files
from hall.matters import service as matters
from hall.matters.model import Agency, Group, Question, Use
from kit import pdf
from kit.db import Database
from kit.settings import Server, Settings
from knowledge.library import Library
from tests.bot.conftest import Chat
from tests.hall.builders import MONDAY

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def shown(library: Library) -> Desk:
    """The sample hall's list with no database behind it: reading a sentence needs none."""
    written = sample.read()
    groups = [
        Group(n, written.hall.id, group["letter"], group["name"]) for n, group in enumerate(written.plan["group"])
    ]
    desk = Desk.with_library(Database("sqlite+aiosqlite://"), Settings(), library)
    desk.hall, desk.catalogue = written.hall, sample.catalogue(written, groups)
    desk.agencies = agencies_of(written.plan, written.hall.id)
    desk.events = events_of(written.plan, written.hall.id)
    return desk


@pytest.mark.parametrize(
    ("asked", "event"),
    [
        ("我想开个小店要办哪些事", "open-shop"),
        ("开超市都要办什么手续", "open-shop"),
        ("开个小饭店，要办哪些手续", "open-restaurant"),
        ("注册公司都要办啥", "open-company"),
        ("孩子出生了都得办什么事", "newborn"),
        ("媳妇刚生了，都要办些啥", "newborn"),
        ("我要退休", "retire"),
        ("快退休了要办哪几件事", "retire"),
        ("买二手房都要跑哪些", "second-hand-house"),
        ("失业了", "lose-job"),
        ("公司不干了，要办哪些事", "close-company"),
    ],
)
def test_life_event_is_answered_by_its_matters(shown: Desk, asked: str, event: str) -> None:
    found = hall_questions.find(shown, asked, TODAY)
    assert found is not None and found.entry_id == f"event/{event}"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("人社局电话", "agency/human-resources"),
        ("区市场监管局在哪", "agency/market-regulation"),
        ("医保局怎么走啊", "agency/medical-insurance"),
        ("民政局的地址是哪里", "agency/civil-affairs"),
        ("区残联能办什么", "agency/disabled-federation"),
        ("你们工商局都办哪些业务", "agency/market-regulation"),
        ("医保能办什么", "theme/医保"),
        ("社保方面都能办哪些事", "theme/社保"),
    ],
)
def test_department_and_theme_are_answered_from_the_halls_list(shown: Desk, asked: str, told: str) -> None:
    found = hall_questions.find(shown, asked, TODAY)
    assert found is not None and found.entry_id == told


@pytest.mark.parametrize(
    "asked",
    [
        "开个小饭店要办什么证",
        "我想开个小卖店，办个个体执照要带啥，收不收钱",
        "开个小店一个月卖9万要交什么税",
        "退役士兵开店一年减多少税",
        "一件事套餐都有啥",
        "有没有出生一件事这种套餐",
        "退休提公积金要退休证吗",
        "失业金去人社局哪里领",
        "税务局电话多少",
        "税务局能办社保卡吗",
        "开药店要什么条件",
        "社保卡在哪办",
        "新生儿怎么参保",
        "残疾人有什么税收优惠",
        "我失业了能领多少钱",
        "买房契税多少",
        "什么事业单位",
    ],
)
def test_other_questions_are_left_to_the_library(shown: Desk, asked: str) -> None:
    assert hall_questions.find(shown, asked, TODAY) is None


async def test_matter_of_a_life_event_is_picked_by_number(chat: Callable[..., Chat]) -> None:
    wang = chat()
    offered = await wang.say("我想开个小店要办哪些事")
    assert "1 个体工商户设立登记\n2 仅销售预包装食品备案" in offered
    assert "以大厅窗口为准" in offered
    assert "【仅销售预包装食品备案】" in await wang.say("2")
    assert "营业执照" in await wang.say("要带啥")


async def test_life_event_in_the_middle_of_a_booking_leaves_the_booking_open(chat: Callable[..., Chat]) -> None:
    wang = chat()
    await wang.say("我想预约办社保卡")
    aside = await wang.say("对了，孩子出生都要办哪些事？")
    assert "新生儿出生登记" in aside and "社会保障卡" in aside.split("——")[1]


async def test_department_says_what_is_not_known_of_it(chat: Callable[..., Chat]) -> None:
    told = await chat().say("人社局电话")
    assert "电话：还没有登记" in told and "12345" in told


async def test_department_says_what_staff_have_entered(desk: Desk, chat: Callable[..., Chat]) -> None:
    office = Agency(
        "health", "shuangta", "区卫生健康局", ("卫健局",), "示例路1号", "0421-0000000", ((time(9), time(12)),)
    )
    async with desk.db.tx() as tx:
        await agencies.set_agency(tx, office)
    await desk.reload_hall()
    told = await chat().say("卫健局在哪")
    assert "地址：示例路1号\n电话：0421-0000000\n办公时间：09:00—12:00" in told
    assert "不敢乱说" not in told


SIDES = (
    ("开药店要什么条件", "“药品经营许可（零售药店）”的受理条件还没有登记"),
    ("居住证收费依据是什么", "收费依据还没有登记"),
    ("食品经营许可证的设定依据是什么", "《食品经营许可和备案管理办法》"),
    ("居住证申请表在哪下载", "空白表和样表还没有登记"),
    ("居住证几点能办", "工作日09:00—12:00，13:00—16:30"),
    ("居住证有哪些常见问题", "· 住满多久能办？\n  半年"),
    ("低保在哪办", "户籍地或居住地的乡镇（街道）社会救助窗口"),
)


async def test_each_side_of_a_matter_is_told_or_said_to_be_unknown(chat: Callable[..., Chat]) -> None:
    told = [(await chat(f"o{number}").say(asked), said) for number, (asked, said) in enumerate(SIDES)]
    assert [said for answer, said in told if said not in answer] == []


async def test_blank_form_is_linked_where_citizens_can_reach_us(desk: Desk, chat: Callable[..., Chat]) -> None:
    async with desk.db.tx() as tx:
        given = ("居住地住址证明或就业、就读证明", Use.SAMPLE, "样表", pdf.page(["样表"]), "张三", MONDAY)
        made = await files.attach(tx, "shuangta", "residence-permit", *given)
    await desk.reload_hall()
    assert "小程序的办事指南" in await chat("oLi").say("居住证样表在哪")
    desk.settings = Settings(server=Server(public_url="https://hall.example/"))
    desk.answers.clear()
    assert f"https://hall.example/api/v1/files/{made.id}" in await chat().say("居住证样表在哪")


async def test_matter_the_library_does_not_know_is_told_from_the_halls_list(
    desk: Desk, chat: Callable[..., Chat]
) -> None:
    known = desk.catalogue[0]
    own = replace(known, id="fishing", name="捕捞许可证核发", aliases=("捕鱼证",), questions=(Question("多久？"),))
    await desk.db.transact(matters.set_matter, own)
    await desk.reload_hall()
    assert "“捕捞许可证核发”" in await chat().say("捕鱼证要带什么材料")


def test_every_side_of_every_matter_can_be_told(shown: Desk) -> None:
    for matter in shown.catalogue:
        for aspect in guide.ASPECT_SAYS:
            told = guide.about_matter(shown, matter, aspect)
            assert matter.name in told and "None" not in told
