"""What a matter takes, and when the hall is open."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.phrases.booking import is_closed_day
from bot.phrases.general import numbered, sample_note, short
from bot.phrases.guide_lists import NOT_ENTERED, hours
from hall.matters.model import Matter
from hall.places.model import Hall, Spans
from kit.clock import day_of, say_day, say_time


def _typical(matter: Matter) -> str:
    return "\n以上是常见要求，以大厅窗口为准。" if matter.is_typical else ""


def ask_to_book(matter: Matter) -> str:
    return f"\n想来办，回复“预约{short(matter.name)}”。" if matter.is_open_to_booking else ""


def materials(matter: Matter) -> str:
    if not matter.materials:
        return f"“{matter.name}”一般不用带材料，直接到{matter.window_type}说明情况就行。{_typical(matter)}"
    lines = (
        f"· {m.name}（{m.form}{f'{m.count}份' if m.count > 1 else ''}{'，可用电子证照' if m.has_e_licence else ''}"
        + f"{'' if m.is_needed else '，有才带'}{'，可容缺，缺了能后补' if m.may_follow else ''}{f'，{m.source}' if m.source else ''}）"
        + (f"：{m.note}" if m.note else "")
        for m in matter.materials
    )
    return f"办“{matter.name}”，一般要带：\n" + "\n".join(lines) + _typical(matter)


def _places(matter: Matter, hall: Hall | None) -> str:
    """Outside the hall where it is done outside."""
    if not matter.places:
        return f"{hall.name if hall else '大厅'}的{matter.window_type}"
    return "或".join(p.name + (f"（{p.address}）" if p.address else "") for p in matter.places)


def where(matter: Matter, hall: Hall | None) -> str:
    return f"“{matter.name}”到{_places(matter, hall)}办，由{matter.department}负责。{_typical(matter)}"


def when(matter: Matter, hall: Hall | None) -> str:
    """At what hours it is done."""
    if matter.places:
        told = [f"{p.name}：{p.hours or f'办公时间{NOT_ENTERED}，请拨 12345 问一下'}" for p in matter.places]
        return f"“{matter.name}”不在大厅办。\n" + "\n".join(told)
    if hall is None:
        return f"“{matter.name}”几点能办{NOT_ENTERED}，请拨 12345 问一下。"
    return f"“{matter.name}”在{hall.name}的{matter.window_type}办，工作日{hours(hall.hours)}，法定节假日休息。"


def conditions(matter: Matter) -> str:
    if matter.conditions:
        return f"办“{matter.name}”的条件：\n{numbered(matter.conditions)}{_typical(matter)}"
    return f"“{matter.name}”的受理条件{NOT_ENTERED}，请到窗口或拨 12345 问一下。\n{materials(matter)}"


def fee_basis(matter: Matter) -> str:
    basis = f"收费依据是{matter.fee_basis}" if matter.fee_basis else f"收费依据{NOT_ENTERED}"
    return f"“{matter.name}”：{matter.fee}；{basis}。{_typical(matter)}"


def basis(matter: Matter) -> str:
    if not matter.basis:
        return f"“{matter.name}”的办理依据{NOT_ENTERED}，请到窗口问一下。"
    return f"“{matter.name}”的依据：\n" + "\n".join(f"· {name}" for name in matter.basis) + _typical(matter)


def questions(matter: Matter) -> str:
    if not matter.questions:
        return f"“{matter.name}”还没有整理常见问题，您直接问我就行。"
    lines = [f"· {q.question}" + (f"\n  {q.answer}" if q.answer else "") for q in matter.questions]
    asks_clerk = any(q.answer is None for q in matter.questions)
    ending = f"\n没写答案的{NOT_ENTERED}，请到窗口问，或回复“转人工”。" if asks_clerk else ""
    return f"“{matter.name}”常有人问：\n" + "\n".join(lines) + ending + _typical(matter)


def _count(days: int, matter: Matter) -> str:
    """5个工作日, 15日."""
    return f"{days}日" if matter.days_unit == "日" else f"{days}个{matter.days_unit or '工作日'}"


def days(matter: Matter) -> str:
    if matter.on_the_spot:
        what = "材料齐全一般当场就能办。"
    elif matter.promised_days or matter.legal_days:
        promised = f"一般承诺{_count(matter.promised_days, matter)}内办好" if matter.promised_days else ""
        legal = f"法定时限是{_count(matter.legal_days, matter)}" if matter.legal_days else ""
        what = "，".join(part for part in (promised, legal) if part) + "。"
    else:
        what = "要多少天，我这里还没有核实的数，请到窗口或拨 12345 问一下。"
    note = f"\n{matter.legal_note}。" if matter.legal_note else ""
    return f"“{matter.name}”：{what}{note}{_typical(matter)}"


def fee(matter: Matter) -> str:
    return f"“{matter.name}”：{matter.fee}。{_typical(matter)}"


def steps(matter: Matter) -> str:
    if not matter.steps:
        return general(matter, None)
    return f"“{matter.name}”这样办：\n{numbered(matter.steps)}{_typical(matter)}"


def result(matter: Matter) -> str:
    return f"“{matter.name}”办完您会拿到：{matter.result}。{_typical(matter)}"


def general(matter: Matter, hall: Hall | None) -> str:
    lines = [f"【{matter.name}】", f"在哪办：{_places(matter, hall)}"]
    if matter.on_the_spot:
        lines.append("多久：材料齐全一般当场办")
    elif matter.promised_days:
        lines.append(f"多久：一般承诺{_count(matter.promised_days, matter)}")
    lines.append(f"收费：{matter.fee}")
    if matter.materials:
        lines.append("要带：" + "、".join(m.name for m in matter.materials))
    return "\n".join(lines) + _typical(matter)


def which_matter(matters: Sequence[Matter]) -> str:
    return f"您要办的是哪一件？回复数字：\n{numbered(m.name for m in matters)}"


PERSON_STAYS = "约好以后，姓名和手机号我这里改不了。回复“取消预约”再重新约一次就行；或回复“转人工”找工作人员。"


def elsewhere(what: str) -> str:
    return f"“{what}”不在这个大厅的办事清单里，我约不了也说不准。去哪办请拨 12345 问一下，或回复“转人工”。"


NO_CATALOGUE = "这个大厅的办事清单还没有录入，我先答不了这个。请到窗口或拨 12345 问一下。"


def on_day(day: date, spans: Spans, why: str | None, opens: datetime | None) -> str:
    """Of the day that was asked for: open as usual, or closed, why, and when the doors open next."""
    if spans:
        return f"{say_day(day)}上班：{hours(spans)}。"
    then = f"{say_day(day_of(opens))}{say_time(opens)}开门。" if opens else ""
    return is_closed_day(day, why) + then


def feast(day: date, name: str) -> str:
    """Of a day that is off by law every year (hall.places.notice.statutory), before that year's notice is out."""
    return f"{say_day(day)}是{name}，法定节假日，不上班。前后怎么调休，要等{day.year}年的放假安排公布。"


def day_unknown(day: date) -> str:
    return f"{day.year}年的放假安排还没有公布，{say_day(day)}上不上班现在说不准，公布以后再来问我。"


def hall_facts(hall: Hall | None, is_open: bool | None, opens: datetime | None, asked: Sequence[str] = ()) -> str:
    """Opening hours, and plainly that an address or telephone has not been entered. `asked`: of the days asked for."""
    if hall is None:
        return "大厅的时间和地址还没有录入，请拨 12345 问一下。"
    lines = [*asked, f"{hall.name}工作日办公：{hours(hall.hours)}，法定节假日休息、调休上班日照常。"]
    if is_open is not None:
        at = f"{say_day(day_of(opens))}{say_time(opens)}开门" if opens else ""
        lines.append("现在正在办公。" if is_open else f"现在已经下班{'，' + at if at else ''}。")
    lines.append(f"地址：{hall.address}" if hall.address else "地址还没有录入，我不敢乱说，请拨 12345 问。")
    if hall.phone:
        lines.append(f"电话：{hall.phone}")
    lines.append("想来办事，回复“预约”先约个时间。")
    return "\n".join(lines) + sample_note(hall)
