"""Halls of several sizes to look at: how many counters, how long the names."""

from collections.abc import Sequence
from datetime import time, timedelta
from random import Random

from hall.matters import service as matters
from hall.places import service as places
from hall.places.model import Hall
from kit import clock
from kit.db import Database, Tx
from tests.hall.queue_rows import a_call, a_seat, a_start, a_waiting

GROUPS = ("企业开办与变更", "经营许可", "税务", "社保就业", "医保", "不动产与公积金", "户籍与婚育", "民政与综合")
LONG_GROUPS = (
    "企业开办、变更与注销登记（含个体工商户）", "食品药品与公共场所经营许可", "税务综合业务", "社会保险与就业创业服务",
    "医疗保险参保与异地备案", "不动产登记与住房公积金提取", "户籍婚育", "民政救助残联综合受理",
)  # fmt: skip
ALL_DAY = ((time(0), time(12)), (time(12), time(23, 59)))

# What is cut off at its tile's edge, apart from names that end in an ellipsis.
cut_off = """[...document.querySelectorAll('#counters :is(.ticket, .idle, .state, .waits, .number), #calls span, #waiting .count')]
  .filter((el) => el.checkVisibility()).filter((el) => {
    const [inner, outer] = [el, el.closest('li')].map((each) => each.getBoundingClientRect());
    return inner.bottom > outer.bottom + 1 || inner.right > outer.right + 1 || inner.left < outer.left - 1;
  }).map((el) => `${el.className} ${el.textContent}`)"""


async def a_wall(
    db: Database, hall_id: str, count: int, groups: Sequence[str], name: str = "测试大厅", *, is_manned: bool = True
) -> None:
    """A hall in the middle of a busy day, the same each time."""
    await db.transact(_fill, Hall(hall_id, name, None, None, ALL_DAY, True), count, groups, is_manned)


async def _fill(tx: Tx, hall: Hall, count: int, names: Sequence[str], is_manned: bool) -> None:
    chance, now = Random(count), clock.now()
    midnight = clock.instant_at(clock.day_of(now), time(0))
    await places.found(tx, hall)
    groups = [await matters.add_group(tx, hall.id, "ABCDEFGH"[n], name) for n, name in enumerate(names)]
    for number in range(1, count + 1):
        group = groups[(number - 1) % len(groups)]
        letters = [group.letter] + ([groups[(number + 2) % len(groups)].letter] if number % 7 == 0 else [])
        state = "closed" if number == 11 or not is_manned else "paused" if number % 9 == 4 else "open"
        seat = await a_seat(tx, hall.id, number, letters, now, state)
        if state != "open" or number % 6 == 5:
            continue
        called_at = max(now - timedelta(seconds=chance.randint(60, 600)), midnight)
        await a_waiting(tx, group, f"{group.letter}{number + 10:03d}", called_at)
        await a_call(tx, seat, called_at)
        if number % 3:
            await a_start(tx, seat, called_at + timedelta(seconds=20))
    for group in groups if is_manned else ():
        for number in range(chance.randint(2, 25) + (100 if group.letter == "C" else 0)):
            await a_waiting(tx, group, f"{group.letter}{number + 100:03d}", now)
