"""What has to be heard before anything else: a cry for help, abuse, a number nobody asked for, words that are no Chinese;
and whether the hall is open on the day somebody names."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.intents import Intent, read
from hall.hand_overs.tables import hand_overs
from kit.db import Database
from tests.bot.conftest import Chat

SAID = {
    Intent.EMERGENCY: "救命啊|大厅里有人晕倒了|快叫救护车|着火了|3号窗口有人打架|老人心脏病犯了|有人拿刀砍人",
    Intent.DESPAIR: "我不想活了|活着没意思|我想死|他要跳楼",
    Intent.UPSET: "滚|你是不是傻逼|废物|你个智障|闭嘴",
    Intent.GREET: "你好呀😀|您好👋",
    Intent.THANK: "谢谢啊 你真好|谢谢🙏|好的,谢谢您",
    Intent.HALL: "元旦放假不|国庆放几天假|12月4号开门吗|下周一上班吗|周六上班不|你们什么时候放假",
    Intent.COMPLAINT: "我要见你们领导|窗口的人收我200块钱说加急|他找我要红包|太差了",
    Intent.PROGRESS: "能催一下吗|帮我催催|那啥时候能好",
    Intent.MINE: "我忘了预约号了|预约号是多少",
    Intent.FORGET: "删除我的信息|把我的电话删掉",
    Intent.PRIVACY: "谁能看到我的电话|你会不会把我的信息告诉别人",
    Intent.MISSED: "我先去吃饭 过号了咋办|过号还能办吗",
    Intent.PLACE: "太慢了 啥时候到我|什么时候能轮到我",
    Intent.TICKET: "我过号了|过号了",
    Intent.QUESTION: "找领导签字要什么材料|契税是收我多少钱|执照什么时候能下来|店里着火了能减税吗|我家着火了房产证烧了咋补|自杀式降价怎么开发票|救护车的钱医保能报销吗|跳楼价处理的货怎么开发票|企业晕倒闭了|垃圾处理劳务免税吗|"
    "结婚要预约不|我周一到周五上班能领失业金吗|产假放几天",
}


@pytest.mark.parametrize(("wish", "text"), [(wish, text) for wish, row in SAID.items() for text in row.split("|")])
def test_what_comes_first_is_heard_and_nothing_else_is_taken_for_it(wish: Intent, text: str) -> None:
    assert read(text).intent is wish


async def test_a_cry_for_help_is_answered_with_whom_to_ring_whatever_is_under_way(
    chat: Callable[..., Chat], db: Database
) -> None:
    citizen = chat()
    assert "120" in await citizen.say("有人晕倒了")
    await citizen.say("下周三上午预约办社保卡，王芳 13800000000")
    assert "12356" in await citizen.say("我不想活了")
    assert "约好了" in await citizen.say("好")
    told = await citizen.say("转人工", "我要反映窗口的事", "着火了")
    assert "119" in told and "留好了" not in told
    async with db.read() as tx:
        assert len(await tx.all(select(hand_overs.c.id))) == 2  # the clerk reads the second sentence too


async def test_a_number_of_papers_is_no_question_about_the_hotline_and_is_not_wanted(chat: Callable[..., Chat]) -> None:
    citizen = chat()
    for text in ("211302199003071234", "我的身份证号是21130219900307123X 帮我查一下"):
        said = await citizen.send(text)
        assert said.text.startswith("证件号、卡号不用发给我") and said.why.kind == "unknown"
    said = await citizen.send("我身份证21130219900307123X，个体户一个月卖9万要交增值税吗")
    assert said.why.entry_id == "vat-threshold"
    said = await citizen.send("我身份证21130219900307123X，小微企业有什么税收优惠")
    assert "企业所得税（小型微利企业）" in said.text
    await citizen.say("下周三上午预约办社保卡，李秀英 13912345678", "好")
    assert "改不了" in await citizen.say("我手机号写错了 是13912345679")


async def test_who_writes_english_is_told_in_english_too(chat: Callable[..., Chat]) -> None:
    assert (await chat().say("How can I register a company?")).startswith("Sorry, I only understand Chinese")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("周六上班不", "11月28日（周六）大厅休息，不办公。"),
        ("明天上班吗", "11月24日（周二）上班：09:00—12:00，13:00—16:30。"),
        ("元旦放假不", "1月1日（周五）是元旦，法定节假日，不上班。前后怎么调休，要等2027年的放假安排公布。"),
        ("10月5号国庆上班吗", "2027年的放假安排还没有公布，10月5日（周二）上不上班现在说不准"),
        ("1月6号十一点开门吗", "2027年的放假安排还没有公布，1月6日（周三）上不上班现在说不准"),
        ("1月6号开门吗", "2027年的放假安排还没有公布，1月6日（周三）上不上班现在说不准"),
    ],
)
async def test_whether_the_hall_is_open_on_a_day_is_said_first(
    chat: Callable[..., Chat], asked: str, told: str
) -> None:
    assert (await chat().say(asked)).startswith(told)


async def test_who_asks_whether_to_book_is_told_and_not_led_into_booking(chat: Callable[..., Chat]) -> None:
    assert (await chat().send("结婚登记在哪办,要预约不 要多少钱")).why.kind == "answer"
    assert "回复“预约”就行" in await chat("oLi").say("去你们那儿要预约不")


@pytest.mark.parametrize("asked", ["灵活就业社保交多少钱", "社保缴费基数2026年多少", "医保居民明年交多少"])
async def test_what_one_pays_in_is_not_what_the_counter_takes(chat: Callable[..., Chat], asked: str) -> None:
    said = await chat().say(asked)
    assert "没有核实的数" in said and "不收费" not in said


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        ("租门面一个月收租9万交多少税", "vat-person-lets-shop"),
        ("个人出租住房一个月5000要交什么税", "vat-rent-house"),
        ("公司雇了残疾人增值税能退多少", "disabled-vat"),
        ("买电动车还免购置税不", "nev-purchase-tax"),
    ],
)
async def test_what_is_let_who_asks_and_what_is_bought_decide_the_answer(
    chat: Callable[..., Chat], asked: str, entry: str
) -> None:
    assert (await chat().send(asked)).why.entry_id == entry


@pytest.mark.parametrize("asked", ["残疾人个体户免增值税吗", "买二手电动车交购置税吗"])
async def test_a_relief_is_not_promised_to_who_only_sounds_like_it(chat: Callable[..., Chat], asked: str) -> None:
    assert (await chat().send(asked)).why.entry_id not in ("disabled-vat", "nev-purchase-tax")
