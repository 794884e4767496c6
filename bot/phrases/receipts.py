"""What is printed and handed over: 收件凭证 with the query code, 受理通知 with the last days."""

from collections.abc import Iterator, Sequence

from bot.phrases.progress import NO_LIMIT, unknown
from hall.cases.model import Case, Material, Progress
from hall.matters.model import Matter
from hall.places.model import Hall
from kit.clock import say_day

LOOK = "查进度：在公众号里发“进度 {number} 查询码”，或到大厅的自助机、窗口查。"


def received(hall: Hall, matter: Matter, found: Progress, code: str) -> str:
    """The only paper with the query code. What was accepted in the same breath says by when."""
    lines = [f"{hall.name} 收件凭证", *_head(found.case), f"查询码：{code}（只印这一次，请收好，不要给别人）"]
    lines.append(f"收到：{say_day(found.case.received_on)}")
    lines += [f"  {line}" for line in materials(found.materials)]
    if found.tell_by_on is not None:
        lines.append(
            f"最晚{say_day(found.tell_by_on)}告诉您材料齐不齐；缺什么会一次说全，过了这天没有说，就算已经受理。"
        )
    by_when = [limits(matter)] if found.case.accepted_on is None else _accepted(found)
    return "\n".join([*lines, *by_when, LOOK.format(number=found.number)])


def accepted(hall: Hall, found: Progress) -> str:
    lines = [f"{hall.name} 受理通知", *_head(found.case), *_accepted(found)]
    lines += [f"  {line}" for line in materials(found.materials)]
    return "\n".join([*lines, LOOK.format(number=found.number)])


def _accepted(found: Progress) -> Iterator[str]:
    """Since when and by when, and what is still to be brought."""
    case, clock = found.case, found.clock
    if case.accepted_on is not None:
        yield f"受理：{say_day(case.accepted_on)}，从第二天起算时限"
    for name, days, by_on in (("承诺", case.promised, clock.due_on), ("法定", case.legal, clock.legal_due_on)):
        if by_on is not None:
            yield f"{name}{days}个{case.unit}，最晚：{say_day(by_on)}".replace("个日", "天")
    if clock.unknown_year is not None:
        yield unknown(clock.unknown_year)
    elif clock.due_on is None and clock.legal_due_on is None:
        yield NO_LIMIT
    if found.owed_on is not None:
        names = "、".join(one.name for one in found.owed)
        yield f"容缺受理，还要补：{names}。请在{say_day(found.owed_on)}前交到受理窗口，别的先办着。"


def _head(case: Case) -> tuple[str, str]:
    return f"事项：{case.matter_name}", f"办件编号：{case.number}"


def materials(listed: Sequence[Material]) -> Iterator[str]:
    """The list, numbered as the clerk ticks it."""
    for one in listed:
        lack = f"：{one.lack}" if one.lack else ""
        owed = f"容缺，{say_day(one.owed_on)}前补" if one.owed_on else "还没交"
        brought = "已交" if one.is_brought else owed
        wanted = "" if one.is_needed else "，有才交"
        yield f"{one.place} {one.name}{lack}（{one.form}，{one.count}份{wanted}）{brought}"


def limits(matter: Matter) -> str:
    """How many days, before any day can be named."""
    known = {"承诺": matter.promised_days, "法定": matter.legal_days}
    told = [
        f"{name}{days}个{matter.days_unit}" for name, days in known.items() if days is not None and matter.days_unit
    ]
    typical = "（全国通用的天数，以本厅公布的为准）" if matter.is_typical and told else ""
    return (f"受理后{'、'.join(told)}办完{typical}。" if told else NO_LIMIT).replace("个日", "天")
