"""What was asked, what was answered, and how the person took it: where editors see what is missing or wrong.

Personal numbers are replaced before anything is kept. `person` is a fingerprint, kept only for as long as a next
message may say how the last answer was taken (`forget_people`).
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from kit.beside import beside
from kit.db import Duplicate, Row, Tx
from kit.errors import NotFound, Problem
from kit.ids import SPOKEN_DIGITS, scrub
from knowledge import entries
from knowledge.content import LONGEST_QUESTION, UNWRITTEN
from knowledge.entries import LONGEST_ID
from knowledge.grouping import MARKER, central, grouped, likeness
from knowledge.tables import items, questions

Act: TypeAlias = Literal["liked", "disliked", "took", "handed_over"]
Settled: TypeAlias = Literal["drafted", "taught", "set_aside"]

TAKEN_WITHIN = timedelta(minutes=10)
ALIKE = 0.6  # from here on a next question asks the same again
LONGEST_TEXT = 500
ROWS_AT_ONCE = 500  # at thirteen values a row far below the 32,766 SQLite binds in one statement
MOST_GROUPED = 5000  # the newest rows: what grouping does in about a second
MOST_DRAFTED = 60  # variants of a new draft: more would not fit into an item's 60,000 bytes
MOST_COMPARED = 8  # of what somebody asked lately: who asks without end must not hold up the writing

WELL = ("liked", "took")
BADLY = ("disliked", "asked_again", "handed_over")
WITHOUT_ANSWER = ("unknown", "suggest", "ask_back", "person")

_LONG_NUMBER = re.compile(rf"[0-9a-z{SPOKEN_DIGITS}]{{7,}}")
_open = questions.c.settled == ""
_misanswered = and_(
    questions.c.taken.in_(BADLY), or_(questions.c.kind.not_in(WITHOUT_ANSWER), questions.c.taken_entry != "")
)
_unanswered = and_(questions.c.kind.in_(WITHOUT_ANSWER), questions.c.taken.not_in(WELL))


class NothingOpen(Problem):
    status = 409
    code = "nothing_open"
    sentence = "这些问题已经有人处理过了，请刷新列表再看。"


class NoSuchQuestion(NotFound):
    code = "no_such_question"
    sentence = "没有找到这个问题，可能已经到期清除了，请刷新列表再看。"


class NothingTaken(Problem):
    status = 409
    code = "nothing_taken"
    sentence = "群众没有点过推荐的条目，还不知道这句话该归到哪一条。请先选一条知识条目。"


class AlreadyAVariant(Problem):
    status = 409
    code = "already_a_variant"
    sentence = "“{question}”里已经有这句问法了，不用再加。"


class IdTaken(Problem):
    status = 409
    code = "id_taken"
    sentence = "编号“{id}”已经有知识条目在用，请换一个编号。"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it. `key` is the message's; `person` may be empty; `confidence` is 0..1.

    `kind` is answer, suggest, ask_back, unknown or person; `offered` are the ids of the entries suggested.
    """

    key: str
    person: str
    text: str
    normal: str
    on: date
    at: datetime
    kind: str
    entry_id: str = ""
    offered: tuple[str, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Reaction:
    """How a person took what was answered last; `entry_id` says which suggestion they took."""

    person: str
    at: datetime
    act: Act
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Open questions that ask about the same thing. `leader` is the most central text.

    `texts` are distinct, `entry_ids` what was answered or offered, each the most frequent first; `misanswered` counts
    those that did get an answer, and did not take it well.
    """

    ids: tuple[int, ...]
    texts: tuple[str, ...]
    leader: str
    count: int
    misanswered: int
    last_at: datetime
    entry_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest of `times` askings in the same words."""

    id: int
    text: str
    normal: str
    on: date
    at: datetime
    kind: str
    entry_id: str
    taken: str
    taken_entry: str
    times: int


@dataclass(slots=True)
class _Lately:
    """A question somebody asked within the last minutes; `id` is 0 until it is written, `was` how `taken` stood."""

    id: int
    normal: str
    at: datetime
    taken: str = ""
    taken_entry: str = ""
    was: str = ""


async def record(tx: Tx, events: Sequence[Asked | Reaction]) -> None:
    """Keeps questions, each message once, and marks how the person took the one before.

    A reaction goes to that person's latest question of the last ten minutes; the first one stays, but a dislike takes
    back "took". Who asks alike again within ten minutes was not helped. Events of the same instant count in the order
    given.
    """
    in_order = sorted(events, key=lambda event: event.at)
    fresh = await _not_kept(tx, [event for event in in_order if isinstance(event, Asked)])
    news = [event for event in in_order if isinstance(event, Reaction) or fresh.get(event.key) is event]
    lately = await _asked_lately(tx, [event for event in news if event.person])
    before = [each for theirs in lately.values() for each in theirs]
    made: list[tuple[Asked, _Lately]] = []
    for event in news:
        theirs = lately[event.person] if event.person else []
        if isinstance(event, Reaction):
            _react(theirs, event)
        else:
            clean = _without_numbers(event)
            made.append((clean, _ask(theirs, clean)))
    await _insert(tx, [_values(asked, held) for asked, held in made])
    await _mark(tx, before)


async def _not_kept(tx: Tx, asked: Sequence[Asked]) -> dict[str, Asked]:
    """The first of each message that is not in the table yet, by its key."""
    first = {event.key: event for event in reversed(asked)}
    if not first:
        return {}
    known = {row.key for row in await tx.all(select(questions.c.key).where(questions.c.key.in_(list(first))))}
    return {key: event for key, event in first.items() if key not in known}


async def _asked_lately(tx: Tx, news: Sequence[Asked | Reaction]) -> defaultdict[str, list[_Lately]]:
    """What these people asked around that time, in the order they asked it."""
    found: defaultdict[str, list[_Lately]] = defaultdict(list)
    if not news:
        return found
    columns = [questions.c[name] for name in ("person", "id", "normal", "at", "taken", "taken_entry")]
    around = questions.c.at.between(news[0].at - TAKEN_WITHIN, news[-1].at + TAKEN_WITHIN)
    theirs = select(*columns).where(questions.c.person.in_({event.person for event in news}), around)
    for row in await tx.all(theirs.order_by(questions.c.at, questions.c.id)):
        found[row.person].append(_Lately(row.id, row.normal, row.at, row.taken, row.taken_entry, row.taken))
    return found


def _react(theirs: Sequence[_Lately], said: Reaction) -> None:
    within = [each for each in theirs if timedelta(0) <= said.at - each.at <= TAKEN_WITHIN]
    latest = max(reversed(within), key=lambda each: each.at, default=None)
    if latest is not None and (not latest.taken or (said.act == "disliked" and latest.taken == "took")):
        latest.taken, latest.taken_entry = said.act, said.entry_id or latest.taken_entry


def _ask(theirs: list[_Lately], asked: Asked) -> _Lately:
    made = _Lately(0, asked.normal, asked.at)
    for other in theirs[-MOST_COMPARED:]:
        if abs(other.at - made.at) <= TAKEN_WITHIN and likeness(other.normal, made.normal) >= ALIKE:
            # Batches of two workers may come in the wrong order: then ours is the earlier one.
            earlier = other if other.at <= made.at else made
            earlier.taken = earlier.taken or "asked_again"
    theirs.append(made)
    return made


def _without_numbers(asked: Asked) -> Asked:
    """Normalising takes out the punctuation that keeps a number apart from what stands beside it, or holds it apart."""
    text, normal = scrub(asked.text), scrub(asked.normal)
    if text != asked.text:
        normal = _LONG_NUMBER.sub("", normal)
    elif normal != asked.normal:
        text = normal
    return replace(asked, text=text[:LONGEST_TEXT], normal=normal[:LONGEST_TEXT])


def _values(asked: Asked, held: _Lately) -> dict[str, Any]:
    said = {name: getattr(asked, name) for name in ("key", "text", "normal", "on", "at", "kind")}
    told = {"person": asked.person or None, "offered": list(asked.offered), "entry_id": asked.entry_id[:LONGEST_ID]}
    sure = {"confidence": round(1000 * min(max(asked.confidence, 0.0), 1.0))}
    return {**said, **told, **sure, "taken": held.taken, "taken_entry": held.taken_entry, "settled": ""}


async def _insert(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        try:
            await tx.run(insert(questions).values(some))
        except Duplicate:  # another worker got one of the messages a moment ago
            for row in some:
                with suppress(Duplicate):
                    async with tx.attempt():
                        await tx.run(insert(questions).values(row))


async def _mark(tx: Tx, before: Iterable[_Lately]) -> None:
    changed: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for each in (each for each in before if each.taken != each.was):
        changed[each.was, each.taken, each.taken_entry].append(each.id)
    for (was, taken, taken_entry), ids in changed.items():
        unmoved = (questions.c.id.in_(ids), questions.c.taken == was)  # since we read it
        await tx.run(update(questions).where(*unmoved).values(taken=taken, taken_entry=taken_entry))


async def forget_people(tx: Tx, before: datetime) -> int:
    """Nobody can be told any more who asked what before an instant; returns how many rows said so."""
    told = (questions.c.person.is_not(None), questions.c.at < before)
    return await tx.run(update(questions).where(*told).values(person=None))


async def forget(tx: Tx, person: str) -> None:
    """Nobody can be told any more what this person asked, who leaves."""
    await tx.run(update(questions).where(questions.c.person == person).values(person=None))


async def sweep(tx: Tx, before: datetime) -> int:
    """Deletes what was asked before an instant; returns how many."""
    return await tx.run(delete(questions).where(questions.c.at < before))


async def open_groups(tx: Tx, since: datetime, most: int = 50) -> list[Group]:
    """What was not answered well and nobody has seen to, the most often asked first; a wrong answer counts double."""
    names = ("id", "text", "normal", "at", "entry_id", "offered")
    columns = [*(questions.c[name] for name in names), _misanswered.label("is_misanswered")]
    wanting = (_open, questions.c.at >= since, questions.c.normal != "", or_(_unanswered, _misanswered))
    newest_first = (questions.c.at.desc(), questions.c.id.desc())
    rows = await tx.all(select(*columns).where(*wanting).order_by(*newest_first).limit(MOST_GROUPED))
    parts = await beside(grouped, [row.normal for row in rows])  # or nobody is answered for a second
    groups = [_group([rows[place] for place in part]) for part in parts]
    return sorted(groups, key=lambda each: (each.count + each.misanswered, each.last_at), reverse=True)[:most]


def _group(rows: Sequence[Row]) -> Group:
    named = (each for row in rows for each in dict.fromkeys([row.entry_id, *row.offered]) if each)
    return Group(
        ids=tuple(row.id for row in rows),
        texts=_ranked(row.text for row in rows),
        leader=rows[central([row.normal for row in rows])].text,
        count=len(rows),
        misanswered=sum(bool(row.is_misanswered) for row in rows),
        last_at=max(row.at for row in rows),
        entry_ids=_ranked(named),
    )


def _ranked(names: Iterable[str]) -> tuple[str, ...]:
    """Once each, the most frequent first."""
    return tuple(name for name, _ in Counter(names).most_common())


async def settle(tx: Tx, ids: Sequence[int], how: Settled) -> None:
    """Raises NothingOpen when none of them is open."""
    if await tx.run(update(questions).where(questions.c.id.in_(ids), _open).values(settled=how)) == 0:
        raise NothingOpen()


async def draft_from(tx: Tx, ids: Sequence[int], new_id: str, by: str, now: datetime, matter: str = "") -> int:
    """Turns the open ones among these questions into a draft entry, whose answer is still to be written.

    Returns the number of the version. Raises NothingOpen, IdTaken, BadContent.
    """
    still_open = select(questions.c.id, questions.c.text, questions.c.normal).where(questions.c.id.in_(ids), _open)
    rows = await tx.all(still_open.order_by(questions.c.at.desc(), questions.c.id.desc()).with_for_update())
    if not rows:
        raise NothingOpen()
    if await _latest(tx, new_id) is not None:
        raise IdTaken(id=new_id)
    leader = _spoken(rows[central([row.normal for row in rows])].text)
    said = _ranked(_spoken(row.text) for row in rows)
    variants = [text for text in said if 0 < len(text) <= LONGEST_QUESTION and text != leader][:MOST_DRAFTED]
    content = {"question": leader[:LONGEST_QUESTION], "variants": variants, "answer": UNWRITTEN, "matter": matter}
    number = await entries.draft(tx, "entry", new_id, content, by, now, note=f"来自{len(rows)}次提问")
    await settle(tx, [row.id for row in rows], "drafted")
    return number


async def teach(tx: Tx, question_id: int, by: str, now: datetime, *, entry_id: str = "") -> int:
    """Makes a question a variant of the entry its asker took, or of the one staff name; returns the draft's number.

    Others who asked in the same words and took the same entry are settled with it. Raises NoSuchQuestion, NothingTaken,
    NoSuchItem, BadContent, and AlreadyAVariant, before which it marks the question as taught: catch that one inside the
    transaction, or the mark goes with it.
    """
    columns = [questions.c[name] for name in ("text", "normal", "taken", "taken_entry")]
    row = await tx.one(select(*columns).where(questions.c.id == question_id).with_for_update())
    if row is None:
        raise NoSuchQuestion()
    target = entry_id or (row.taken_entry if row.taken == "took" else "")
    if not target:
        raise NothingTaken()
    latest = await _latest(tx, target)
    if latest is None:
        raise entries.NoSuchItem(id=target)
    content = (await entries.version(tx, "entry", target, latest)).content
    same = (questions.c.normal == row.normal, questions.c.taken == "took", questions.c.taken_entry == target)
    await tx.run(update(questions).where(questions.c.id == question_id).values(settled="taught"))
    await tx.run(update(questions).where(_open, *same).values(settled="taught"))
    variants = content.get("variants", [])
    if not {_bare(row.text), row.normal}.isdisjoint(map(_bare, [content["question"], *variants])):
        raise AlreadyAVariant(question=content["question"])
    taught = {**content, "variants": [*variants, _spoken(row.text)]}
    return await entries.draft(tx, "entry", target, taught, by, now, note="收进一句群众的问法")


async def _latest(tx: Tx, entry_id: str) -> int | None:
    """The number of an entry's latest version, None when there is no such entry; locked: no other gets in between."""
    of_entry = (items.c.kind == "entry", items.c.id == entry_id)
    found: int | None = await tx.value(select(items.c.latest).where(*of_entry).with_for_update())
    return found


def _spoken(text: str) -> str:
    return MARKER.sub("", text).strip()


def _bare(text: str) -> str:
    """Without punctuation: 「车船税在哪交？」 and 「车船税在哪交」 are one way to ask."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", _spoken(text)).lower())


async def confirmed(tx: Tx, since: datetime) -> list[Kept]:
    """Open questions whose asker took a suggestion, ready to be taught; the newest of each, the newest first."""
    took = (_open, questions.c.at >= since, questions.c.taken == "took", questions.c.taken_entry != "")
    return await _newest_of_each(tx, (questions.c.normal, questions.c.taken_entry), took, MOST_GROUPED)


async def of_week(tx: Tx, until: datetime, days: int = 7, most: int = 2000) -> list[Kept]:
    """What was asked in the days before an instant, to try an edit against; the newest of each, the newest first."""
    within = (questions.c.at > until - timedelta(days=days), questions.c.at <= until, questions.c.normal != "")
    return await _newest_of_each(tx, (questions.c.normal,), within, most)


async def _newest_of_each(
    tx: Tx, alike: Sequence[ColumnElement[Any]], which: Sequence[ColumnElement[bool]], most: int
) -> list[Kept]:
    counted = select(func.max(questions.c.id).label("id"), func.count().label("times")).where(*which).group_by(*alike)
    newest = counted.order_by(func.max(questions.c.id).desc()).limit(most).subquery()
    columns = [questions.c[field.name] for field in fields(Kept) if field.name != "times"]
    found = select(*columns, newest.c.times).join_from(questions, newest, questions.c.id == newest.c.id)
    return [Kept(*row) for row in await tx.all(found.order_by(questions.c.at.desc(), questions.c.id.desc()))]


async def tally(tx: Tx, since: datetime) -> dict[str, int]:
    """How many questions there were of each kind, and how many were taken in each way."""
    found: dict[str, int] = {}
    for column in (questions.c.kind, questions.c.taken):
        counted = select(column, func.count()).where(questions.c.at >= since, column != "").group_by(column)
        found |= dict(await tx.all(counted))
    return found
