"""What a sentence says for the booking form: matter, day, time, name, phone. Reads and enters; asks nothing itself."""

import re
from datetime import date, datetime

from bot.conversation import Choice, Form
from bot.dates import When, read_when
from bot.desk import Desk
from bot.intents import Intent, asks
from bot.names import is_introduced, is_only_a_name, of_oneself, read_name
from bot.phrases import booking as say
from bot.phrases import guide as guide_words
from bot.relations import read_company, read_relation
from bot.turn import Turn
from hall.appointments.model import Relation
from hall.matters.matching import matching, told_apart
from hall.matters.model import Matter
from kit.clock import day_of, from_ms
from kit.ids import find_credit_code, find_id_number, find_phone

# "不是食品证，是营业执照": what stands after the denial counts.
DENIED = re.compile(
    r"不(?:是|要|办|约)[^,。;!?\s]{1,14}?(?=[,。;!?\s]|是|要|改|换|而)|(?:约|订|选)成了?[^,。;!?\s]{1,14}"
)
CHANGES_MATTER = re.compile(r"(?:换成|改成|改办|换办|改为|是要?办|要办|办的是|其实是|应该是)[^,。]{2,}")
CORRECTS = re.compile(r"不对|不是|错|改|应该|^是")
ABOUT_TIME = re.compile(
    r"[\s,。!?、]|有没有|还有|有|空位?|号|位|时间|行不行|行不|行|可不可以|可以|能不能|能不|能|成不成|成不|成|中不中|中不|中|约|来|去|办|过去|改到?|换到?"
    r"|吗|么|呢|啊|呀|吧|嗯|怎么样|咋样|如何|的话?|那|是|我|俺|想|要|就|还|都"
)
LOOKS_LIKE_PHONE = re.compile(r"(?:\d[\s-]?){7,}")
FEW_DIGITS = re.compile(r"^\D{0,6}(?:\d[\s-]?){4,}\D{0,3}$")  # said when the phone was asked for
ABOUT_PERSON = re.compile(r"[\s,。、:;!]|电话|手机号?码?|号码|是|我的?|叫|姓名|名字")
# What people come to a hall for and this one's catalogue does not have.
_ELSEWHERE = (
    r"(?P<{}>身份证|护照|驾驶证|驾照|行驶证|(?:港澳|台湾)?通行证|车牌|毕业证|学位证|学籍|教师资格证?|健康证|签证|体检"
    r"|无犯罪(?:记录)?证明)"
)
ELSEWHERE = re.compile(
    rf"(?:办|补|换|领|约|申请)(?:理|办|个|一?张|一下|一个|新的?|本)*{_ELSEWHERE.format('what')}"
    rf"|{_ELSEWHERE.format('thing')}(?:丢|过期|到期|怎么[办补换]|咋[办补换整]|[在去上]哪|能办|可以办|补办|换|挂失|年检|年审)"
)
BOOK_WORD, DAY_WORD = "约", "号"
WISH_WORDS, CUT = re.compile(r"[都也想要办]"), re.compile(r"[,，。\s\d]")
WISHES = re.compile(r"和|、|还有|跟|以及|另外|加上|再(?:约|办)|也|,(?=.*(?:都[要想办约]|[两俩]))")


def corrected(text: str) -> str:
    return DENIED.sub(" ", text)


def without_times(text: str, today: date) -> str:
    for part in read_when(text, today).said.split():
        text = text.replace(part, " ")
    return text


# ------------------------------------------------------------------------------------------------ whether it says any


def sounds_like_booking(desk: Desk, text: str, today: date) -> bool:
    """明天下午去办居住证, 想给我妈约社保卡, 周四上午, 王芳 138…: who says so and asks nothing wants to come."""
    if asks(text):
        return False
    if matching(desk.catalogue, text):
        return BOOK_WORD in text or is_ahead(text, today)
    return is_only_time(text, today) or _is_only_person(text, today)


def elsewhere(desk: Desk, text: str) -> str:
    """The name of what cannot be done here, when that is what the sentence is about."""
    found = ELSEWHERE.search(text)
    return "" if found is None or matching(desk.catalogue, text) else found["what"] or found["thing"]


def is_ahead(text: str, today: date) -> bool:
    when = read_when(text, today)
    return bool(when.days) and not when.is_past


def is_only_time(text: str, today: date) -> bool:
    """那我后儿个去行不 says a day to come and nothing else."""
    return is_ahead(text, today) and len(ABOUT_TIME.sub("", without_times(text, today))) < 2


def is_only_hour(text: str, today: date) -> bool:
    """10点半吧 says an hour and nothing else."""
    return bool(read_when(text, today).start) and len(ABOUT_TIME.sub("", without_times(text, today))) < 2


def _is_only_person(text: str, today: date) -> bool:
    """A phone number, with or without a name."""
    if not find_phone(text):
        return False
    rest = ABOUT_PERSON.sub("", _without_phone(text)).replace(read_name(_person_text(text, today), False), "")
    return len(rest) < 2


def has_news(turn: Turn) -> bool:
    """Whether the sentence says anything for the form: if not, and it is a question, it is answered as one."""
    if turn.wish.intent in (Intent.YES, Intent.NO, Intent.CHOICE):
        return True
    text = corrected(turn.text)
    return bool(
        is_about_time(text, turn.today)
        or find_phone(text)
        or LOOKS_LIKE_PHONE.search(text)
        or name_said(turn, text)
        or matters_said(turn, text)
        or read_relation(text)
        or (turn.talk.asked == "company" and not asks(text))
    )


def is_about_time(text: str, today: date) -> bool:
    """周四上午行吗 is about the time; 今天天气怎么样 and 2022年免税吗 only mention one."""
    if not read_when(text, today):
        return False
    if not asks(text):
        return True
    return len(ABOUT_TIME.sub("", without_times(text, today))) < 2


# ------------------------------------------------------------------------------------------------ entering it

RIGHT, WRONG = "right", "wrong"
LOOKS_LIKE_A_NUMBER = re.compile(r"[0-9A-Za-z]{12,}")


def number_said(turn: Turn) -> str:
    """Enters the 身份证 number or 信用代码 that was asked for; whether it was RIGHT or WRONG, "" for none."""
    form = turn.talk.form
    if number := find_id_number(turn.text):
        form.id_number = number
    elif code := find_credit_code(turn.text):
        form.credit_code = code
    else:
        return WRONG if LOOKS_LIKE_A_NUMBER.search(turn.text) else ""
    return RIGHT


def read_into(turn: Turn) -> str:
    """Enters what the sentence says; returns what must be said about it at once, else ""."""
    form, talk, text = turn.talk.form, turn.talk, corrected(turn.text)
    if turn.wish.intent is Intent.CHOICE and talk.choices and not means_a_day(turn):
        return _take_choice(turn)
    _read_person(turn, text)
    if said := _read_matter(turn, text):
        return said
    when = read_when(text, turn.today)
    if when.is_past:
        talk.offer(())
    else:
        read_time(form, when)
    return _what_is_odd(turn, text, when)


def _read_matter(turn: Turn, text: str) -> str:
    form, talk = turn.talk.form, turn.talk
    said = matters_said(turn, text)
    if said and (wishes := _two_wishes(turn.desk, text)):
        said, form.later = wishes
    open_ones = [matter for matter in said if matter.is_open_to_booking]
    if len(open_ones) > 1:
        talk.asked = "matter"
        talk.offer(Choice(m.name, "matter", m.id) for m in open_ones)
        read_time(form, read_when(text, turn.today))
        return guide_words.which_matter(open_ones)
    if open_ones:
        set_matter(form, open_ones[0])
    elif said:
        talk.asked = talk.asked or "matter"
        return say.not_bookable(said[0])
    return ""


def _two_wishes(desk: Desk, text: str) -> tuple[list[Matter], str] | None:
    """食品证和居住证 are two wishes: the first is booked now, the second spoken of afterwards."""
    parts = [part for part in WISHES.split(text) if len(part) > 1]
    found = [among for part in parts if (among := matching(desk.catalogue, part))]
    if len(found) < 2 or {m.id for m in found[0]} & {m.id for m in found[1]}:
        return None
    return found[0], _in_short(parts[-1]) if len(found[1]) > 1 else found[1][0].name


def _in_short(words: str) -> str:
    """营业执照 of 营业执照都想办, 李芳 138…."""
    return WISH_WORDS.sub("", CUT.split(words)[0])


def _what_is_odd(turn: Turn, text: str, when: When) -> str:
    talk = turn.talk
    is_number = LOOKS_LIKE_PHONE.search(text) or ("phone" in talk.asked and FEW_DIGITS.match(text))
    if is_number and not find_phone(text) and not when:
        return say.BAD_PHONE
    if talk.asked == "matter" and not talk.form.matter_id and not when and turn.wish.intent is Intent.QUESTION:
        return "" if name_said(turn, text) or find_phone(text) else say.MATTER_NOT_FOUND
    return ""


def means_a_day(turn: Turn) -> bool:
    """5号 is a day when a day was asked for, or when there are not that many choices."""
    talk = turn.talk
    if DAY_WORD not in turn.text or not is_ahead(turn.text, turn.today) or talk.doing not in ("book", "move"):
        return False
    return talk.chosen(turn.choice) is None or (talk.asked == "when" and not talk.form.days)


def _take_choice(turn: Turn) -> str:
    chosen = turn.talk.chosen(turn.choice)
    if chosen is None:
        return say.no_such_choice(len(turn.talk.choices))
    if chosen.act == "matter" and (matter := turn.matter(chosen.value)):
        set_matter(turn.talk.form, matter)
    elif chosen.act == "slot":
        slot_id, _, starts_ms = chosen.value.partition("@")
        set_slot(turn.talk.form, int(slot_id), from_ms(int(starts_ms)))
    turn.talk.offer(())
    return ""


def name_said(turn: Turn, text: str) -> str:
    """The name in the sentence. One known already gives way only to one introduced, said alone or in a correction."""
    rest = _person_text(text, turn.today)
    name = read_name(rest, was_asked="name" in turn.talk.asked)
    if turn.talk.form.name and name and not (is_introduced(rest) or is_only_a_name(rest) or CORRECTS.search(rest)):
        return ""
    return name


def _read_person(turn: Turn, text: str) -> None:
    form = turn.talk.form
    if form.moving:
        return
    relation = read_relation(text)
    if relation is not None and relation != (form.relation or Relation.SELF):
        form.relation, form.company = relation, ""
        form.name = form.phone = ""
    if form.relation == Relation.COMPANY and (company := read_company(text, turn.talk.asked == "company")):
        form.company, text = company, text.replace(company, " ")
    form.phone = find_phone(text) or form.phone
    form.name = name_said(turn, text) or form.name


def _without_phone(text: str) -> str:
    return re.sub(r"[\d\s+\-]{11,}", " ", text)


def _person_text(text: str, today: date) -> str:
    return without_times(_without_phone(text), today)


def matters_said(turn: Turn, text: str) -> list[Matter]:
    """Which matters the sentence means, where it may mean one: at the start, when asked, or in a correction."""
    form = turn.talk.form
    is_corrected = turn.talk.asked in ("confirm", "change") and CORRECTS.search(turn.text)
    is_new = is_corrected or turn.wish.intent is Intent.BOOK or CHANGES_MATTER.search(turn.text)
    is_new = is_new or DENIED.search(turn.text)
    text = of_oneself(text)
    if form.moving or (form.matter_id and not is_new):
        return []
    offered = [m for c in turn.talk.choices if c.act == "matter" and (m := turn.matter(c.value))]
    if (among := matching(offered, text)) and len(among) == 1:
        return among
    if among := told_apart(offered, text):
        return among
    found = matching(turn.desk.catalogue, text)
    found = told_apart(found, text) or found
    return [] if form.matter_id in {m.id for m in found} else found[:5]


def read_time(form: Form, when: When) -> None:
    if not when:
        return
    if when.days or when.any:
        form.forget_slot(keep_hour=not when.any)
        form.days = [day.isoformat() for day in when.days]
        form.is_soonest = when.any
    if when.start or when.end:
        form.start = when.start.isoformat("minutes") if when.start else ""
        form.end = when.end.isoformat("minutes") if when.end else ""
        form.forget_slot()


def set_matter(form: Form, matter: Matter) -> None:
    if form.matter_id != matter.id:
        form.matter_id = matter.id
        form.forget_slot(keep_hour=True)


def set_slot(form: Form, slot_id: int, starts_at: datetime) -> None:
    form.slot_id, form.starts_at = slot_id, starts_at.isoformat()
    form.days = [day_of(starts_at).isoformat()]
