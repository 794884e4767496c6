"""Answers to what changes nothing: greetings and questions, by themselves or in the middle of an errand."""

from dataclasses import replace

from bot import booking, errands, follow_up, guide, queueing, two_questions
from bot.conversation import Choice
from bot.intents import Intent, asks
from bot.phrases import general as say
from bot.phrases import guide as guide_words
from bot.turn import Turn
from hall.matters.matching import matching
from knowledge.matter_questions import read_aspect
from knowledge.model import Finding

GREETINGS = {
    Intent.NOTHING: say.EMPTY,
    Intent.EMERGENCY: say.EMERGENCY,
    Intent.DESPAIR: say.DESPAIR,
    Intent.UPSET: say.UPSET,
    Intent.FORGET: say.FORGET,
    Intent.PRIVACY: say.PRIVACY,
    Intent.MISSED: say.MISSED,
    Intent.GREET: say.GREETING,
    Intent.THANK: say.YOU_ARE_WELCOME,
    Intent.HELP: say.MENU,
    Intent.LEAVE: say.NOTHING_TO_LEAVE,
    Intent.WAIT: say.WAIT,
    Intent.YES: say.WHAT_ELSE,
    Intent.NO: say.WHAT_ELSE,
    Intent.LIKE: say.LIKED,
    Intent.DISLIKE: say.DISLIKED,
}
# Said shorter in the middle of an errand; and a menu's numbers would not be told from those offered before.
MEANWHILE = {Intent.HELP: say.MENU_MEANWHILE, Intent.GREET: say.GREETED, Intent.WAIT: say.WAIT_MEANWHILE}
# Asked in the middle of an errand, these are answered and the errand goes on.
ASIDES = {
    Intent.MINE,
    Intent.PLACE,
    Intent.HALL,
    Intent.THANK,
    Intent.NOTHING,
    Intent.LIKE,
    Intent.DISLIKE,
    Intent.UPSET,
    Intent.FORGET,
    Intent.PRIVACY,
    Intent.MISSED,
    *MEANWHILE,
}


def answer(held: Turn) -> str:
    """To someone in the middle of nothing; what is suggested may be picked by number."""
    intent, talk = held.wish.intent, held.talk
    if intent is Intent.HALL:
        return guide.hall_facts(held.desk, held.text, held.now)
    if intent in GREETINGS:
        return GREETINGS[intent]
    if told := _of_the_matter(held):
        return told
    if both := two_questions.find(held.desk, held.text, held.today):
        return _first_of(held, *both)
    finding = _the_one_matter(held, guide.find(held.desk, held.text, held.today))
    text, held.why = guide.tell(held.desk, finding)
    remember(held, finding)
    if finding.suggestions:
        talk.question = held.text
        talk.offer(Choice(question, "entry", entry_id) for entry_id, question in finding.suggestions)
    return text


def _first_of(held: Turn, finding: Finding, second: str, other: Finding) -> str:
    text, held.why = guide.tell(held.desk, finding)
    remember(held, finding)
    held.talk.question = second
    held.talk.offer([Choice(second, "entry", other.entry_id)])
    return f"{text}\n{say.RESUME}{say.and_then(second)}"


async def meanwhile(held: Turn) -> str:
    """In the middle of an errand: shorter, and what is suggested has no numbers, since those stand for something."""
    intent = held.wish.intent
    if intent is Intent.MINE:
        return await errands.mine(held)
    if intent is Intent.PLACE:
        return await queueing.place(held)
    if intent in MEANWHILE:
        return MEANWHILE[intent]
    if intent is not Intent.QUESTION:
        return answer(held)
    if told := _of_the_matter(held):
        return told
    finding = guide.find(held.desk, held.text, held.today)
    text, held.why = guide.tell(held.desk, finding, is_coming=True)
    if finding.suggestions:
        return say.say_it_fuller([question for _, question in finding.suggestions])
    if finding.kind in ("answer", "person"):
        return text
    if not held.talk.form.matter_id and held.talk.doing == "book" and read_aspect(held.text) != "general":
        return say.MATTER_FIRST  # 要带啥, before it is known for what
    return say.HEARD_NOT if asks(held.text) else say.LISTENING


def is_aside(held: Turn) -> bool:
    """Whether an errand under way is only interrupted by this sentence."""
    return held.wish.intent in ASIDES or (held.wish.intent is Intent.QUESTION and asks(held.text))


def remember(held: Turn, finding: Finding) -> None:
    """A matter answered about is what "就约这个" will mean; an appointment made for it stays in mind."""
    talk = held.talk
    if finding.kind == "answer" and finding.matter and not finding.text:
        talk.speak_of(finding.matter, talk.made if finding.matter == talk.topic else "")


def _the_one_matter(held: Turn, finding: Finding) -> Finding:
    """Where the library is not sure but only one matter can be meant, that one: people tell stories around it."""
    if finding.kind not in ("unknown", "suggest", "ask_back"):
        return finding
    named = matching(held.desk.catalogue, held.text)
    offered = [entry for entry, _ in finding.suggestions]
    if len(named) != 1 or any(not entry.startswith(f"matter/{named[0].id}") for entry in offered):
        return finding
    return guide.entry(held.desk, f"matter/{named[0].id}/{read_aspect(held.text)}", held.text, held.today)


def _of_the_matter(held: Turn) -> str:
    if what := booking.elsewhere(held.desk, held.text):
        held.why = replace(held.why, intent="question", kind="unknown")
        return guide_words.elsewhere(what)
    if told := follow_up.about_the_matter(held):
        text, held.why = told
        return text
    return ""
