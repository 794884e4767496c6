"""Sentences that only make sense with what was said before: 要带啥, 就约这个, 改成后天."""

import re
from dataclasses import replace

from bot import booking, errands, guide, hall_questions
from bot.dates import read_when
from bot.intents import Intent, asks
from bot.messages import Why
from bot.phrases import guide as say
from bot.turn import Turn
from hall.matters.matching import matching
from knowledge.matter_questions import read_aspect

BOOK_IT = re.compile(r"约(?:这个?|它|上|吧|一下|$|[,，。!])")
MOVE_IT = re.compile(r"改|换|挪|调|推|提前|还是")
MOVES = re.compile(r"^(?:不是|不对|那)?[,，\s]*(?:就|还是|想|要|我)*(?:改|换|挪|调)")
OF_ITSELF = re.compile(r"税|发票|社保|医保|公积金|政策|优惠|减免|补贴|公告|文号")  # a subject named: no follow-up
# What a question about the matter spoken of is made of; two signs of something else are a subject of its own.
_ASIDE = (
    "我俺咱您你他她们的了吗呢啊呀吧哦嗯哎那这个啥什么哪里儿边在去来到上得要带需能可以办理做弄怎咋样整多少钱块"
    "天日久长几点时候间收费用材料手续东西窗口地方楼层号位置电话还有没不是就都些和跟给说刚才一下请问条件流程步"
    "骤交拿准备原复印照片身份证本人必须自己代替别先后再最快大概总共也且呗嘛哈着提前开门关班午周末星期六工作今"
    "明早晚免取结果出表格填依据规定为何知道想"
)
OWN_SUBJECT = re.compile(rf"[^{_ASIDE}\W]")
PERSON_OF_APPOINTMENT = re.compile(r"(?:名字|姓名|电话|手机号?|号码).{0,4}(?:错|改|换|不对|写成)")


async def take_up(turn: Turn) -> str | None:
    """Nothing is under way, but something was spoken of just now; None: this has nothing to do with it."""
    talk, text = turn.talk, turn.text
    is_assent = turn.wish.intent is Intent.YES or (turn.wish.intent is Intent.QUESTION and not asks(text))
    if is_assent and talk.topic and not talk.made and BOOK_IT.search(text):
        return await booking.begin(turn)
    if turn.wish.intent is not Intent.QUESTION or matching(turn.desk.catalogue, text):
        return None
    if talk.made and PERSON_OF_APPOINTMENT.search(text):
        return say.PERSON_STAYS
    if talk.made and (booking.speaks_of_time(text) or booking.is_only_hour(text, turn.today)):
        return await errands.move(turn)
    if read_when(text, turn.today).said and (MOVES.search(text) or (talk.made and MOVE_IT.search(text))):
        return await errands.move(turn)
    if talk.topic and not talk.made and booking.is_only_time(text, turn.today):
        return await booking.begin(turn)
    if talk.choices and booking.is_only_time(text, turn.today) and matching(turn.desk.catalogue, talk.question):
        turn.text = f"{talk.question} {text}"  # 我想办个执照, and asked which one: 明天下午
        return await booking.begin(turn)
    return None


def about_the_matter(turn: Turn) -> tuple[str, Why] | None:
    """要带啥, 在哪个窗口, with no matter named: of the one being booked, or spoken of last."""
    matter = turn.matter_under_way() if turn.talk.form.matter_id else turn.matter(turn.talk.topic)
    aspect = read_aspect(turn.text)
    if matter is None or aspect == "general" or not asks(turn.text) or OF_ITSELF.search(turn.text):
        return None
    if len(OWN_SUBJECT.findall(turn.text)) > 1:  # 婚前财产公证在哪
        return None
    if matching(turn.desk.catalogue, turn.text) or hall_questions.names_a_department(turn.desk, turn.text):
        return None
    told = guide.about_matter(turn.desk, matter, aspect, is_coming=_is_coming(turn))
    return told, replace(turn.why, kind="answer", entry_id=f"matter/{matter.id}/{aspect}")


def _is_coming(turn: Turn) -> bool:
    return bool(turn.talk.made or turn.talk.doing)
