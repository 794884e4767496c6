"""Filling the booking form."""

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.phrases.general import numbered, sample_note, short
from hall.appointments.model import Appointment, Relation, Slot
from hall.matters.model import Matter
from hall.places.model import Hall, Spans
from kit.clock import day_of, say_day, say_time
from kit.ids import mask_name, mask_phone

ASK_MATTER = "好的，帮您预约。您要办什么事？说个名字就行，比如“个体户执照”“食品经营许可证”“社保卡”。"
ASK_MATTER_TOO = "您要办什么事？说个名字就行，比如“个体户执照”“社保卡”。"
MATTER_NOT_FOUND = "这件事我没对上号。换个说法试试，比如“个体户执照”“二手房过户”“社保卡”；或回复“转人工”。"
WHICH_ONE = "您选哪个时间？回复前面的数字就行，或者说个别的时间。"
SAY_A_TIME = "那您说个方便的时间，比如“周四下午”“12月3号上午10点”；不约了回复“算了”。"
ASK_PERSON = {
    "company": "请告诉我单位的全称，和营业执照上的一样，比如“双塔区宏达商贸有限公司”。",
    "name_phone": "请告诉我办事人的姓名和手机号，比如“王芳 13800000000”。",
    "name": "请告诉我办事人的全名，比如“我叫王芳”。",
    "phone": "请再告诉我一个手机号，有变动好通知您。",
}
ASK_FAMILY = {
    "name_phone": "请告诉我来办事的家人的姓名和手机号，比如“李秀英 13800000000”；家人没有手机，写您的也行。",
    "name": "请告诉我来办事的家人的全名，比如“她叫李秀英”。",
    "phone": "请再告诉我家人的手机号，有变动好通知；没有手机，写您的也行。",
}


def ask_person(asked: str, relation: str) -> str:
    return ASK_FAMILY[asked] if relation == Relation.FAMILY and asked in ASK_FAMILY else ASK_PERSON[asked]


BAD_PHONE = "这个手机号好像不对，手机号是1开头的11位数字，麻烦再发一遍。"
WHAT_TO_CHANGE = "要改哪里？直接说就行，比如“改到周四下午”“换成食品经营许可证”“电话错了，是138……”；不约了回复“算了”。"
CONFIRM_ENDING = "没问题就回复“好”；哪里不对直接说，比如“改到下午”；不约了回复“算了”。"
NO_NUMBERS = "现在不用选数字。"
ACTS = {"book": "约", "move": "改约"}
SOONEST = "（这是最近的空号，想换直接说）"
EARLIER = "早一点的有："
LATER = "往后还有："
NONE_EARLIER = "没有更早的空号了，这已经是最早的。要哪个回复前面的数字，或说个别的时间。"
NONE_LATER = "再往后的号还没有放出来。要哪个回复前面的数字，或说个别的时间。"
REMIND_MATTER = "接着约：您要办什么事？不约了回复“算了”。"
REMIND_CHOICE = "接着约：您要办的是上面哪一件？回复数字就行。"
REMIND_WHICH = "接着改约：要改上面哪一个？回复数字就行。"


def no_such_choice(count: int) -> str:
    return f"只有 1 到 {count} 可以选，您回复一个数字，或者直接说您的事；不办了回复“算了”。"


def not_bookable(matter: Matter) -> str:
    return f"“{matter.name}”不用在大厅预约，到{matter.window_type}就能办。想约别的事，说个名字就行。"


def remind(act: str, matter: Matter, starts_at: datetime, ask: str) -> str:
    return f"接着{act}{short(matter.name)}，{say_day(day_of(starts_at))}{say_time(starts_at)}。{ask}"


def remind_when(act: str, matter: Matter, offered: int) -> str:
    numbers = "上面列的时间还能选；也可以" if offered else "您"
    return f"接着{act}{short(matter.name)}：{numbers}说个方便的时间，比如“周四下午”。"


def slot_line(slot: Slot) -> str:
    return f"{say_day(day_of(slot.starts_at))}{say_time(slot.starts_at)}—{say_time(slot.ends_at)}"


def ask_when(matter: Matter, slots: Sequence[Slot]) -> str:
    if not slots:
        return NO_SLOTS
    return f"办“{matter.name}”，您想哪天来？比如“下周三上午”。最近有空的是：\n{numbered(map(slot_line, slots))}\n回复数字，或说个您方便的时间。"


NO_SLOTS = "这件事最近几天都约满了，新的号还没有放出来。回复“候补”，有人退号先给您留着；也可以明天再来约，或直接到大厅取号排队。"


def other_times(reason: str, slots: Sequence[Slot]) -> str:
    if not slots:
        return f"{reason}{NO_SLOTS}"
    return f"{reason}离得最近、有空的是：\n{numbered(map(slot_line, slots))}\n回复数字，或换个时间。"


def listed(heading: str, slots: Sequence[Slot]) -> str:
    return f"{heading}\n{numbered(map(slot_line, slots))}\n回复数字，或换个时间。"


def is_past(day: date | None) -> str:
    return f"{say_day(day)}已经过去了，约不了。" if day else "这个时间已经过去了，约不了。"


def is_closed_day(day: date, why: str | None) -> str:
    """`why`: its feast, or the reason staff wrote; None where there is none to tell."""
    return f"{say_day(day)}大厅休息{f'（{why}）' if why else ''}，不办公。"


def not_released(day: date, last: date | None) -> str:
    until = f"，目前放到{say_day(last)}" if last else ""
    return f"{say_day(day)}的号还没有放出来{until}。"


FULL = "没有空号了。"
STAND_BY = "\n只想要那天的话，回复“候补”，有人退号先给您留着。"


def is_full(said: str) -> str:
    return f"{said or '这几天这个时间'}{FULL}"


PARTS_OF_DAY: dict[tuple[time | None, time | None], str] = {(time(0), time(10)): "早上", (time(11), time(14)): "中午"}


def half_day(start: time | None, end: time | None) -> str:
    """上午, 下午, or the span as it was said."""
    if (start, end) in PARTS_OF_DAY:
        return PARTS_OF_DAY[start, end]
    if end == time(12) and (start or time(0)) <= time(8):
        return "上午"
    if start in (time(12), time(13)) and (end is None or end >= time(17)):
        return "下午"
    if start in (None, time(0)):
        return f"{end or time(0):%H:%M}之前"
    return f"{start:%H:%M}以后" if end is None or end > time(18) else f"{start:%H:%M}—{end:%H:%M}"


def said_time(day: date, start: time | None, end: time | None) -> str:
    at = "" if not (start or end) else f"{start:%H:%M}" if start and end is None else half_day(start, end)
    return f"{say_day(day)}{at}"


def times_of_day(slots: Sequence[Slot]) -> str:
    return f"{say_day(slots[0].on)}有空，您几点来？\n{numbered(map(slot_line, slots))}\n回复数字，或直接说“上午”“下午3点”。"


def just_taken(was_full: bool) -> str:
    return "真不巧，这个时间刚被约走了。" if was_full else "这个时间已经过去了。"


def outside_hours(hall: Hall) -> str:
    return f"大厅办公时间是{_spans(hall.hours)}，您说的时间不在里面。"


def outside_hours_of(day: date, hours: Spans) -> str:
    return f"{say_day(day)}大厅只在{_spans(hours)}办公，您说的时间不在里面。"


def _spans(hours: Spans) -> str:
    return "，".join(f"{opens:%H:%M}—{closes:%H:%M}" for opens, closes in hours)


def confirm(
    matter: Matter,
    starts_at: datetime,
    name: str,
    phone: str,
    hall: Hall,
    note: str,
    is_known: bool,
    later: str,
    relation: str = "",
    company: str = "",
) -> str:
    lines = [
        f"给您约这个，请核对：{matter.name}",
        f"{say_day(day_of(starts_at))}{say_time(starts_at)}，{hall.name}",
        f"{mask_name(name)}，{mask_phone(phone)}" + ("（用的是您上次留的）" if is_known else ""),
    ]
    if relation == Relation.COMPANY:
        lines.append(f"办事单位：{company}")
    if note:
        lines.append(note)
    if later:
        lines.append(f"“{later}”等这个约好了再约，一次约一件。")
    return "\n".join([*lines, CONFIRM_ENDING])


def confirm_move(old: Appointment, matter_name: str, starts_at: datetime, note: str) -> str:
    before = f"{say_day(day_of(old.starts_at))}{say_time(old.starts_at)}"
    after = f"{say_day(day_of(starts_at))}{say_time(starts_at)}"
    lines = [f"给您改约，请核对：{matter_name}", f"原来：{before}", f"改到：{after}"]
    return "\n".join([*lines, *([note] if note else []), CONFIRM_ENDING])


def same_time(old: Appointment) -> str:
    return f"您现在约的就是{say_day(day_of(old.starts_at))}{say_time(old.starts_at)}，不用改。想换别的时间直接说；不改了回复“算了”。"


def earliest_of(said: str, others: Sequence[Slot]) -> str:
    """Said when a half-day was asked for and its first free slot taken."""
    if not others:
        return f"（{said}就剩这一个时间了）"
    return f"（{said}最早的空号；还有" + "、".join(say_time(slot.starts_at) for slot in others[:3]) + "，想换直接说）"


def _to_bring(matter: Matter) -> str:
    names = [material.name for material in matter.materials]
    if len("".join(names)) <= LONG_LIST:
        return "、".join(names)
    return "、".join(names[:2]) + f"等{len(names)}样，回复“要带什么”看全。"


LONG_LIST = 50  # characters: more would be a wall on a phone


def booked(appointment: Appointment, matter: Matter, hall: Hall, later: str) -> str:
    lines = [
        "约好了！",
        f"预约号：{appointment.number}",
        f"{say_day(day_of(appointment.starts_at))}{say_time(appointment.starts_at)}，{hall.name}，{matter.window_type}",
    ]
    if matter.materials:
        lines.append(f"记得带：{_to_bring(matter)}")
    lines.append("到大厅后回复“取号”。来不了请早点回复“取消预约”，把号让给别人；想换时间回复“改约”。")
    if later:
        lines.append(f"“{later}”也要约的话，回复“预约{short(later)}”接着约。")
    return "\n".join(lines) + sample_note(hall)


def moved(appointment: Appointment, matter_name: str) -> str:
    at = f"{say_day(day_of(appointment.starts_at))}{say_time(appointment.starts_at)}"
    return f"改好了：{matter_name}，{at}，预约号还是 {appointment.number}。原来的时间已经让出来了。"


def noted(when: str, is_name_new: bool, is_phone_new: bool) -> str:
    """Shows that what was said has been heard, while something else is still asked for."""
    person = "和".join(what for what, is_new in (("姓名", is_name_new), ("电话", is_phone_new)) if is_new)
    time_heard = f"好，{when.replace(' ', '')}。" if when else ""
    return time_heard + (f"{person}记下了。" if person else "")


REMIND_KEY = "刚才这个预约就差一个号码了，发给我就约上；不约了请说“不约了”。"
BAD_KEY = "这个号码不对，请照着证件再核对一遍，一共18位，然后再发给我。"


def ask_key(why: str) -> str:
    """`why`: which number the rule counts by."""
    return f"{why}\n直接把号码发给我就行，只用来算次数，不会显示给别人看。"
