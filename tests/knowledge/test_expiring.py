"""Who keeps the knowledge hears in time that a rule ends."""

from datetime import date, datetime, timedelta

from kit.db import Database, Tx
from knowledge import entries
from knowledge.content import Content, Kind
from tests.knowledge.entry_builders import AUTHOR, LEAD, PARKING, POLICY, a_published, staged

TODAY = date(2026, 11, 23)


def days_from_today(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


async def expiring_days(tx: Tx) -> list[tuple[str, int, int]]:
    return [(each.entry_id, each.days_left, each.threshold) for each in await entries.expiring(tx, TODAY)]


async def test_expiring_at_ninety_thirty_and_seven_days_soonest_first(db: Database, now: datetime) -> None:
    lasts = [-31, -30, -1, 0, 7, 8, 30, 31, 90, 91]
    rows: list[tuple[Kind, str, Content]] = [
        ("entry", f"e{n}", PARKING | {"valid_to": days_from_today(n)}) for n in lasts
    ]
    async with db.tx() as tx:
        await entries.plant(tx, [*rows, ("entry", "for-ever", PARKING)], LEAD, now)
        assert await expiring_days(tx) == [
            ("e-30", -30, 7),
            ("e-1", -1, 7),
            ("e0", 0, 7),
            ("e7", 7, 7),
            ("e8", 8, 30),
            ("e30", 30, 30),
            ("e31", 31, 90),
            ("e90", 90, 90),
        ]


async def test_expiring_takes_the_last_day_of_the_latest_rule(db: Database, now: datetime) -> None:
    ends_soon, for_ever = (
        POLICY | {"valid_to": days_from_today(20)},
        {k: v for k, v in POLICY.items() if k != "valid_to"},
    )
    old, new = {"policies": ["soon", "ever"], "conclusion": "免。"}, {"policies": ["ever"], "from": days_from_today(21)}
    contents = {
        "by-policy": staged(old),
        "by-stage": staged(old | {"to": days_from_today(5)}),
        "longer-than-its-policy": staged(old | {"to": days_from_today(200)}),
        "has-a-later-rule": staged(old, new),
        "later-rule-written-first": staged(new, old),
        "later-rule-ends-too": staged(old, new | {"to": days_from_today(60)}),
        "on-a-policy-without-end": staged({"policies": ["ever", "soon"], "conclusion": "免。"}),
    }
    rows: list[tuple[Kind, str, Content]] = [("entry", name, content) for name, content in contents.items()]
    async with db.tx() as tx:
        await entries.plant(tx, [("policy", "soon", ends_soon), ("policy", "ever", for_ever), *rows], LEAD, now)
        assert await entries.expiring(tx, TODAY) == [
            entries.Expiring("by-stage", "小规模免税吗？", date(2026, 11, 28), 5, "soon", 7),
            entries.Expiring("by-policy", "小规模免税吗？", date(2026, 12, 13), 20, "soon", 30),
            entries.Expiring("later-rule-ends-too", "小规模免税吗？", date(2027, 1, 22), 60, "ever", 90),
        ]


async def test_expiring_is_about_what_is_live(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "retired", PARKING | {"valid_to": days_from_today(5)}, now)
        await entries.retire(tx, "entry", "retired", LEAD, now)
        await a_published(tx, "prolonged-in-a-draft", PARKING | {"valid_to": days_from_today(5)}, now)
        await entries.draft(tx, "entry", "prolonged-in-a-draft", PARKING, AUTHOR, now)
        await entries.draft(tx, "entry", "draft", PARKING | {"valid_to": days_from_today(5)}, AUTHOR, now)
        assert await expiring_days(tx) == [("prolonged-in-a-draft", 5, 7)]
