"""The life of what the bot knows: draft → reviewed → published → retired. Every version stays and says who wrote it.

One version may be live while a newer one is written and reviewed. Whatever changes what is live takes the row
`knowledge` of kit.live first and then the item: serials are in the order of commits, and no policy is retired while an
entry that stands on it is being published. `by` is the name of a member of staff.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Table, and_, delete, func, insert, select, update

from kit import live as live_versions
from kit.db import Duplicate, Row, Tx
from knowledge.content import UNWRITTEN, Content, Kind, problems, tidy, title
from knowledge.states import (
    BadContent,
    Expiring,
    Fact,
    Item,
    Live,
    NoSuchItem,
    NoSuchVersion,
    NotADraft,
    NotReviewed,
    NotWritten,
    OwnDraft,
    Planted,
    PolicyInUse,
    PolicyNotLive,
    State,
    Version,
)
from knowledge.tables import facts, items, versions

__all__ = [
    "SHIPPED", "BadContent", "Expiring", "Fact", "Item", "Live", "NoSuchItem", "NoSuchVersion", "NotADraft",
    "NotReviewed", "NotWritten", "OwnDraft", "Planted", "PolicyInUse", "PolicyNotLive", "State", "Version",
    "draft", "expiring", "history", "is_planted", "item", "listed", "live_since", "newest", "plant", "publish",
    "restore", "retire", "review", "stands_on", "version",
]  # fmt: skip

SHIPPED = "随版本"  # who wrote what a release brings along
VERSION = "knowledge"  # the row of kit.live that moves when something is published or retired
ROWS_AT_ONCE = 200  # SQLite binds 32,766 values in one statement, MariaDB takes 16 MB
LONGEST_ID, LONGEST_NOTE = 96, 255
MOST_BYTES = 60_000  # of content as JSON: MySQL's TEXT ends at 65,535
PASSED_DAYS = 30  # for how long an entry that has ended is still told of
FRESH = frozenset({"added", "changed"})  # of what may become of a row: it is published

Key: TypeAlias = tuple[Kind, str]
T = TypeVar("T")

_items = [items.c[field.name] for field in fields(Item)]
_live = and_(versions.c.kind == items.c.kind, versions.c.id == items.c.id, versions.c.number == items.c.live)
_latest = and_(versions.c.kind == items.c.kind, versions.c.id == items.c.id, versions.c.number == items.c.latest)


def stands_on(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of every policy an entry names, once each."""
    staged = [named for stage in content.get("stages", ()) for named in stage.get("policies", ())]
    return tuple(dict.fromkeys([*staged, *content.get("history", ()), *content.get("gone_policies", ())]))


async def draft(
    tx: Tx, kind: Kind, item_id: str, content: Mapping[str, Any], by: str, now: datetime, note: str = ""
) -> int:
    """Keeps a new version and returns its number; the number of the latest when it says just the same.

    What is retired comes back this way, even with the same words. Raises BadContent.
    """
    return await _write(tx, kind, item_id, tidy(content), by, now, "draft", note)


async def restore(tx: Tx, kind: Kind, item_id: str, number: int, by: str, now: datetime) -> int:
    """Keeps an older version's content as a new draft and returns its number. Raises NoSuchVersion, BadContent."""
    older = await version(tx, kind, item_id, number)
    return await _write(tx, kind, item_id, older.content, by, now, "restore", f"恢复第{number}版")


async def _write(
    tx: Tx, kind: Kind, item_id: str, content: Content, by: str, now: datetime, act: str, note: str
) -> int:
    not_retired = select(items.c.id).where(items.c.kind == "policy", items.c.state != State.RETIRED)
    reasons = _reasons(kind, item_id, content, {row.id for row in await tx.all(not_retired)})
    if reasons:
        raise BadContent(reasons)
    held = await _held(tx, kind, item_id) or await _begun(tx, kind, item_id, now)
    is_kept = held.latest > 0 and held.state != State.RETIRED
    if is_kept and (await version(tx, kind, item_id, held.latest)).content == content:
        return int(held.latest)
    number = int(held.latest) + 1
    made = {"content": content, "author": by, "made_at": now, "reviewer": None}
    await tx.run(insert(versions).values(kind=kind, id=item_id, number=number, **made))
    told = {"title": title(kind, content), "state": State.DRAFT, "latest": number, "changed_at": now}
    await tx.run(update(items).where(*_is(items, kind, item_id)).values(told))
    await _note(tx, kind, item_id, number, act, by, now, note)
    return number


async def _begun(tx: Tx, kind: Kind, item_id: str, now: datetime) -> Row:
    empty = {"title": "", "state": State.DRAFT, "latest": 0, "live": None, "serial": 0, "changed_at": now}
    with suppress(Duplicate):  # a colleague began the same one a moment ago: ours becomes its next version
        await tx.run(insert(items).values(kind=kind, id=item_id, **empty))
    return await _locked(tx, kind, item_id)


def _reasons(kind: Kind, item_id: str, content: Content, known: Iterable[str]) -> list[str]:
    found = problems(kind, content, set(known))
    if not item_id or len(item_id) > LONGEST_ID:
        found.append(f"编号不能空着，也不能超过{LONGEST_ID}个字符")
    if len(json.dumps(content, ensure_ascii=False, default=str).encode()) > MOST_BYTES:
        found.append("内容太多，一条里放不下，请删减相似问或者分成几条")
    return found


async def review(tx: Tx, kind: Kind, item_id: str, by: str, now: datetime) -> None:
    """Raises NoSuchItem, NotADraft, OwnDraft, NotWritten."""
    held = await _locked(tx, kind, item_id)
    if held.state != State.DRAFT:
        raise NotADraft()
    written = await version(tx, kind, item_id, held.latest)
    if written.author == by:
        raise OwnDraft()
    if written.content.get("answer") == UNWRITTEN:
        raise NotWritten()
    of_latest = (*_is(versions, kind, item_id), versions.c.number == held.latest)
    await tx.run(update(versions).where(*of_latest).values(reviewer=by))
    await tx.run(update(items).where(*_is(items, kind, item_id)).values(state=State.REVIEWED, changed_at=now))
    await _note(tx, kind, item_id, held.latest, "review", by, now)


async def publish(tx: Tx, kind: Kind, item_id: str, by: str, now: datetime) -> None:
    """Answers from the latest version from now on. Raises NoSuchItem, NotReviewed, PolicyNotLive."""
    serial = await live_versions.step(tx, VERSION)
    held = await _locked(tx, kind, item_id)
    if held.state != State.REVIEWED:
        raise NotReviewed()
    if kind == "entry":
        named = stands_on((await version(tx, kind, item_id, held.latest)).content)
        are_live = select(items.c.id).where(items.c.kind == "policy", items.c.live.is_not(None))
        missing = set(named) - {row.id for row in await tx.all(are_live)}
        if missing:
            raise PolicyNotLive(policies="、".join(f"“{each}”" for each in named if each in missing))
    told = {"state": State.PUBLISHED, "live": held.latest, "serial": serial, "changed_at": now}
    await tx.run(update(items).where(*_is(items, kind, item_id)).values(told))
    await _note(tx, kind, item_id, held.latest, "publish", by, now)


async def retire(tx: Tx, kind: Kind, item_id: str, by: str, now: datetime) -> None:
    """Answers from it no more; what is retired already stays as it is. Raises NoSuchItem, PolicyInUse."""
    serial = await live_versions.step(tx, VERSION)
    held = await _locked(tx, kind, item_id)
    if held.state == State.RETIRED:
        return
    if kind == "policy":
        of_entries = select(versions.c.content).join_from(items, versions, _live).where(items.c.kind == "entry")
        contents = [row.content for row in await tx.all(of_entries.order_by(items.c.id))]
        using = [title("entry", content) for content in contents if item_id in stands_on(content)]
        if using:
            raise PolicyInUse(count=len(using), entries="、".join(f"“{each}”" for each in using[:3]))
    told = {"state": State.RETIRED, "live": None, "serial": serial, "changed_at": now}
    await tx.run(update(items).where(*_is(items, kind, item_id)).values(told))
    await _note(tx, kind, item_id, held.live or held.latest, "retire", by, now)


def _is(table: Table, kind: Kind, item_id: str) -> tuple[Any, Any]:
    return table.c.kind == kind, table.c.id == item_id


async def _held(tx: Tx, kind: Kind, item_id: str) -> Row | None:
    return await tx.one(select(*_items).where(*_is(items, kind, item_id)).with_for_update())


async def _locked(tx: Tx, kind: Kind, item_id: str) -> Row:
    held = await _held(tx, kind, item_id)
    if held is None:
        raise NoSuchItem(id=item_id)
    return held


async def _note(
    tx: Tx, kind: Kind, item_id: str, number: int, act: str, by: str, now: datetime, note: str = ""
) -> None:
    done = {"number": number, "act": act, "by": by, "at": now, "note": note[:LONGEST_NOTE]}
    await tx.run(insert(facts).values(kind=kind, id=item_id, **done))


async def plant(tx: Tx, rows: Sequence[tuple[Kind, str, Content]], by: str, now: datetime) -> Planted:
    """Drafts, reviews and publishes what is trusted, in one go; rows that say what the latest version says are left.

    A release (`by` SHIPPED) never overwrites what staff have edited or retired. Raises BadContent before it has kept
    anything.
    """
    wanted: dict[Key, Content] = {(kind, item_id): tidy(content) for kind, item_id, content in rows}
    if len(wanted) < len(rows):
        raise BadContent(["有两行的编号一样，请每条用自己的编号"])
    fates = _fates(wanted, await _shelf(tx, with_lock=False), by)
    if FRESH & set(fates.values()):
        serial = await live_versions.step(tx, VERSION)
        shelf = await _shelf(tx, with_lock=True)  # anew: another worker may have planted while we waited for the row
        fates = _fates(wanted, shelf, by)
        fresh = {key: content for key, content in wanted.items() if fates[key] in FRESH}
        numbers = {key: shelf[key].latest + 1 if key in shelf else 1 for key in fresh}
        await _publish_all(tx, fresh, numbers, serial, by, now)
    by_fate = {field.name: tuple(key[1] for key in wanted if fates[key] == field.name) for field in fields(Planted)}
    return Planted(**by_fate)


async def _shelf(tx: Tx, *, with_lock: bool) -> dict[Key, Row]:
    """Every item as it stands, with the content and the author of its latest version."""
    every = select(items.c.kind, items.c.id, items.c.state, items.c.latest, items.c.live)
    every = every.add_columns(versions.c.content, versions.c.author).join_from(items, versions, _latest)
    return {(row.kind, row.id): row for row in await tx.all(every.with_for_update() if with_lock else every)}


def _fates(wanted: Mapping[Key, Content], shelf: Mapping[Key, Row], by: str) -> dict[Key, str]:
    """What becomes of each row, as the fields of Planted call it. Raises BadContent."""
    fates = {key: _fate(content, shelf.get(key), by) for key, content in wanted.items()}
    known = {item_id for kind, item_id in (*shelf, *wanted) if kind == "policy"}
    live = {key[1] for key, row in shelf.items() if key[0] == "policy" and row.live is not None}
    live |= {item_id for (kind, item_id), fate in fates.items() if kind == "policy" and fate in FRESH}
    fresh = [key for key in wanted if fates[key] in FRESH]
    reasons = [f"{key[1]}：{reason}" for key in fresh for reason in _reasons(*key, wanted[key], known)]
    if reasons:
        raise BadContent(reasons)
    stranded = [key for key in fresh if key[0] == "entry" and not live.issuperset(stands_on(wanted[key]))]
    return fates | dict.fromkeys(stranded, "kept")


def _fate(content: Content, held: Row | None, by: str) -> str:
    if held is None:
        return "added"
    if held.content == content:
        return "unchanged"
    return "kept" if by == SHIPPED and (held.author != SHIPPED or held.state == State.RETIRED) else "changed"


async def _publish_all(
    tx: Tx, fresh: Mapping[Key, Content], numbers: Mapping[Key, int], serial: int, by: str, now: datetime
) -> None:
    ids = {key: {"kind": key[0], "id": key[1]} for key in fresh}
    for kind in ("entry", "policy"):  # rows made anew: an UPDATE could not give each its own title and number at once
        of_kind = [key[1] for key in fresh if key[0] == kind]
        for some in _in_chunks(of_kind):
            await tx.run(delete(items).where(items.c.kind == kind, items.c.id.in_(some)))
    shared = {"state": State.PUBLISHED, "serial": serial, "changed_at": now}
    told = [
        {**ids[key], **shared, "title": title(key[0], fresh[key]), "latest": number, "live": number}
        for key, number in numbers.items()
    ]
    made = {"author": by, "made_at": now, "reviewer": by}
    kept = [{**ids[key], **made, "number": number, "content": fresh[key]} for key, number in numbers.items()]
    done = [
        {**ids[key], "number": number, "act": act, "by": by, "at": now, "note": ""}
        for key, number in numbers.items()
        for act in ("draft", "review", "publish")
    ]
    for table, rows in ((items, told), (versions, kept), (facts, done)):
        for chunk in _in_chunks(rows):
            await tx.run(insert(table).values(chunk))


def _in_chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE))


async def live_since(tx: Tx, serial: int) -> list[Live]:
    """What has become live, or is no longer, since that serial: all of it since 0. In the order of serials."""
    changed = select(items.c.kind, items.c.id, versions.c.number, versions.c.content, items.c.serial)
    newer = changed.outerjoin_from(items, versions, _live).where(items.c.serial > max(serial, 0))
    return [Live(*row) for row in await tx.all(newer.order_by(items.c.serial, items.c.kind, items.c.id))]


async def item(tx: Tx, kind: Kind, item_id: str) -> Item:
    """Raises NoSuchItem."""
    row = await tx.one(select(*_items).where(*_is(items, kind, item_id)))
    if row is None:
        raise NoSuchItem(id=item_id)
    return _item(row)


async def listed(
    tx: Tx,
    kind: Kind | None = None,
    state: State | None = None,
    words: str = "",
    ids: Sequence[str] | None = None,
    *,
    most: int | None = None,
    skip: int = 0,
) -> list[Item]:
    """Items whose title or id has each of the words, of these `ids` if given, the last changed first."""
    found = select(*_items).order_by(items.c.changed_at.desc(), items.c.kind, items.c.id).limit(most).offset(skip)
    if ids is not None:
        found = found.where(items.c.id.in_(ids))
    if kind is not None:
        found = found.where(items.c.kind == kind)
    if state is not None:
        found = found.where(items.c.state == state)
    said = func.lower(items.c.title + " " + items.c.id)
    for word in words.lower().split():
        found = found.where(said.contains(word, autoescape=True))
    return [_item(row) for row in await tx.all(found)]


def _item(row: Row) -> Item:
    return Item(row.kind, row.id, row.title, State(row.state), row.latest, row.live, row.changed_at)


async def newest(tx: Tx, kind: Kind | None = None) -> list[tuple[Kind, str, str, Content]]:
    """Everything with the content of its latest version: kind, id, state, content; policies first."""
    found = select(items.c.kind, items.c.id, items.c.state, versions.c.content).join_from(items, versions, _latest)
    if kind is not None:
        found = found.where(items.c.kind == kind)
    return [
        (row.kind, row.id, row.state, row.content)
        for row in await tx.all(found.order_by(items.c.kind.desc(), items.c.id))
    ]


async def version(tx: Tx, kind: Kind, item_id: str, number: int) -> Version:
    """Raises NoSuchVersion."""
    columns = [versions.c[field.name] for field in fields(Version)]
    row = await tx.one(select(*columns).where(*_is(versions, kind, item_id), versions.c.number == number))
    if row is None:
        raise NoSuchVersion(id=item_id, number=number)
    return Version(*row)


async def history(tx: Tx, kind: Kind, item_id: str) -> list[Fact]:
    """Who did what, the oldest first."""
    columns = [facts.c[field.name] for field in fields(Fact)]
    return [
        Fact(*row) for row in await tx.all(select(*columns).where(*_is(facts, kind, item_id)).order_by(facts.c.fact))
    ]


async def lately(tx: Tx, since: datetime, most: int) -> list[tuple[Item, Fact]]:
    """What staff did since an instant, the newest first; not what a release brought."""
    columns = [facts.c[field.name].label(f"fact_{field.name}") for field in fields(Fact)]
    same = and_(facts.c.kind == items.c.kind, facts.c.id == items.c.id)
    done = select(*_items, *columns).join_from(facts, items, same).where(facts.c.at >= since, facts.c.by != SHIPPED)
    rows = await tx.all(done.order_by(facts.c.fact.desc()).limit(most))
    return [(_item(row), Fact(*row[len(_items) :])) for row in rows]


async def is_planted(tx: Tx) -> bool:
    return await tx.one(select(items.c.id).limit(1)) is not None


async def expiring(tx: Tx, today: date, days: Sequence[int] = (90, 30, 7)) -> list[Expiring]:
    """Live entries that end within the most of `days` or ended in the last month with nothing after, soonest first."""
    live = select(items.c.kind, items.c.id, versions.c.content).join_from(items, versions, _live)
    rows = await tx.all(live)
    policies = {row.id: row.content for row in rows if row.kind == "policy"}
    found = []
    for row in rows:
        last, policy_id = _last_day(row.content, policies) if row.kind == "entry" else ("", "")
        if not last:
            continue
        last_on = date.fromisoformat(last)
        left = (last_on - today).days
        if -PASSED_DAYS <= left <= max(days):
            threshold = min(each for each in days if each >= left)
            found.append(Expiring(row.id, title("entry", row.content), last_on, left, policy_id, threshold))
    return sorted(found, key=lambda each: (each.last_on, each.entry_id))


def _last_day(content: Content, policies: Mapping[str, Content]) -> tuple[str, str]:
    """The last day of the latest rule as ISO text, empty when it has none; and the policy that rule stands on first."""
    spans = []
    for stage in content.get("stages", ()):
        chief = stage["policies"][0]
        days = policies.get(chief, {})
        spans.append(
            (stage.get("from") or days.get("valid_from", ""), stage.get("to") or days.get("valid_to", ""), chief)
        )
    if not spans:
        return content.get("valid_to", ""), ""
    _, last, chief = max(spans, key=lambda span: (span[0], span[1] or "9999"))
    return last, chief
