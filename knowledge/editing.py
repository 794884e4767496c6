"""What an editor does from a page, to the version they have before them: if a colleague was quicker, it is not done.

Each verb acts first and looks afterwards: by then the item is locked, in the order knowledge.entries keeps.
`seen` is the number of the latest version as the page showed it, 0 where there was none.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from kit.db import Tx
from kit.errors import Problem
from knowledge import entries
from knowledge import questions as asked
from knowledge.content import LONGEST_QUESTION, Kind
from knowledge.questions import AlreadyAVariant, NothingOpen
from knowledge.tables import questions


class ChangedMeanwhile(Problem):
    status = 409
    code = "changed_meanwhile"
    sentence = (
        "{by}刚存了第{number}版，您看的不是最新的，所以没有办。您写的还在这一页上：请另开一页看看新版，再决定怎么改。"
    )


class AlreadyThere(Problem):
    status = 409
    code = "already_there"
    sentence = "已经有一条这样的了，编号是“{id}”。请到名单里找到它，在它上面改。"


async def save(
    tx: Tx, kind: Kind, item_id: str, content: Mapping[str, Any], by: str, now: datetime, seen: int, note: str = ""
) -> int:
    """Keeps a draft and returns its number. Raises BadContent, ChangedMeanwhile, AlreadyThere."""
    number = await entries.draft(tx, kind, item_id, content, by, now, note)
    if number not in (seen, seen + 1):
        if not seen:
            raise AlreadyThere(id=item_id)
        await _refuse(tx, kind, item_id, seen + 1)
    return number


async def review(tx: Tx, kind: Kind, item_id: str, by: str, now: datetime, seen: int) -> None:
    """Raises NoSuchItem, NotADraft, OwnDraft, NotWritten, ChangedMeanwhile."""
    await entries.review(tx, kind, item_id, by, now)
    await _check(tx, kind, item_id, seen)


async def publish(tx: Tx, kind: Kind, item_id: str, by: str, now: datetime, seen: int) -> None:
    """Raises NoSuchItem, NotReviewed, PolicyNotLive, ChangedMeanwhile."""
    await entries.publish(tx, kind, item_id, by, now)
    await _check(tx, kind, item_id, seen)


async def retire(tx: Tx, kind: Kind, item_id: str, by: str, now: datetime, seen: int) -> None:
    """Raises NoSuchItem, PolicyInUse, ChangedMeanwhile."""
    await entries.retire(tx, kind, item_id, by, now)
    await _check(tx, kind, item_id, seen)


async def restore(tx: Tx, kind: Kind, item_id: str, number: int, by: str, now: datetime, seen: int) -> int:
    """An older version as a new draft; its number. Raises NoSuchVersion, BadContent, ChangedMeanwhile."""
    made = await entries.restore(tx, kind, item_id, number, by, now)
    if made not in (seen, seen + 1):
        await _refuse(tx, kind, item_id, seen + 1)
    return made


async def teach(tx: Tx, question_id: int, by: str, now: datetime, *, entry_id: str = "") -> AlreadyAVariant | None:
    """As questions.teach, but what is a variant already is returned: the mark that it is seen to is to stay."""
    try:
        await asked.teach(tx, question_id, by, now, entry_id=entry_id)
    except AlreadyAVariant as known:
        return known
    return None


async def take_in(tx: Tx, ids: Sequence[int], entry_id: str, by: str, now: datetime) -> int:
    """Makes the open ones of a group's questions variants of one entry, in one draft; its number.

    Raises NothingOpen, NoSuchItem, BadContent.
    """
    still_open = (questions.c.id.in_(ids), questions.c.settled == "")
    texts = [row.text for row in await tx.all(select(questions.c.text).where(*still_open).order_by(questions.c.id))]
    if not texts:
        raise NothingOpen()
    held = await entries.item(tx, "entry", entry_id)
    content = (await entries.version(tx, "entry", entry_id, held.latest)).content
    fitting = [text for text in texts if len(text) <= LONGEST_QUESTION]
    taught = {**content, "variants": [*content.get("variants", ()), *fitting]}
    number = await entries.draft(tx, "entry", entry_id, taught, by, now, note=f"收进{len(fitting)}句群众的问法")
    await asked.settle(tx, ids, "taught")
    return number


async def _check(tx: Tx, kind: Kind, item_id: str, seen: int) -> None:
    latest = (await entries.item(tx, kind, item_id)).latest
    if latest != seen:
        await _refuse(tx, kind, item_id, latest)


async def _refuse(tx: Tx, kind: Kind, item_id: str, number: int) -> None:
    newer = await entries.version(tx, kind, item_id, number)
    raise ChangedMeanwhile(by=newer.author, number=newer.number)
