"""Entries and policies for tests, and the three people who keep them."""

from datetime import datetime
from typing import Any

from kit.db import Tx
from knowledge import entries
from knowledge.content import Content, Kind

AUTHOR, REVIEWER, LEAD = "李编辑", "王审核", "赵主管"
PARKING: Content = {"question": "大厅停车要钱吗？", "answer": "不要钱，停车场在大厅东侧。", "variants": ["停车收费吗"]}
POLICY: Content = {
    "title": "关于小规模纳税人的公告",
    "issuers": ["财政部"],
    "status": "in_force",
    "relief": "月销售额10万元以下免征增值税。",
    "confidence": "verified",
    "valid_from": "2026-01-01",
    "valid_to": "2027-12-31",
}


def parking(answer: str) -> Content:
    return PARKING | {"answer": answer}


def staged(*stages: dict[str, Any], question: str = "小规模免税吗？") -> Content:
    return {"question": question, "stages": list(stages)}


async def a_published(tx: Tx, item_id: str, content: Content, now: datetime, kind: Kind = "entry") -> int:
    number = await entries.draft(tx, kind, item_id, content, AUTHOR, now)
    await entries.review(tx, kind, item_id, REVIEWER, now)
    await entries.publish(tx, kind, item_id, LEAD, now)
    return number


async def a_reviewed(tx: Tx, item_id: str, content: Content, now: datetime) -> None:
    await entries.draft(tx, "entry", item_id, content, AUTHOR, now)
    await entries.review(tx, "entry", item_id, REVIEWER, now)


async def answers(tx: Tx) -> dict[str, str]:
    """What citizens are answered, by entry."""
    return {
        each.id: each.content["answer"]
        for each in await entries.live_since(tx, 0)
        if each.content and each.kind == "entry"
    }
