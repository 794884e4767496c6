"""A matter the hall no longer does: nobody begins it, and what was booked of it can still be moved and cancelled."""

from collections.abc import Callable
from dataclasses import replace

from bot.desk import Desk
from hall.matters import service as matters
from kit.db import Database
from tests.bot.conftest import Chat, booked

Chats = Callable[..., Chat]


async def withdraw(desk: Desk, matter_id: str) -> None:
    matter = desk.matter(matter_id)
    assert matter is not None
    await desk.db.transact(matters.set_matter, replace(matter, is_withdrawn=True))
    await desk.reload_hall()


async def test_appointment_of_a_withdrawn_matter_is_moved_and_cancelled_in_chat(
    desk: Desk, chat: Chats, db: Database
) -> None:
    wang = chat()
    await wang.say("预约办社保卡，明天下午3点，王芳 13800000003", "好")
    await withdraw(desk, "social-security-card")
    assert "11月25日（周三）15:00" in await wang.say("改到后天")
    assert (await wang.say("再早点")).startswith("早一点的有")
    assert "办“社会保障卡申领/补领/激活”，一般要带" in await wang.say("3", "要带什么")
    assert "改好了" in await wang.say("好")
    assert [(matter, when) for matter, when, _, _ in await booked(db)] == [("social-security-card", "11-25 14:30")]
    assert "取消" in await wang.say("取消预约", "好")
    assert await booked(db) == []
    assert "约好了" not in await wang.say("预约办社保卡，明天下午3点，王芳 13800000003", "好")
    assert await booked(db) == []
