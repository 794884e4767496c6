"""Bringing in a hall's own list: a report for each row, and a bad row refuses only itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hall.matters import agencies, columns, life_events, listing, written
from hall.matters import service as matters
from hall.matters.list_files import Given
from hall.matters.model import Agency, BadEntry, ChangedMeanwhile, Group, LifeEvent, Matter
from kit.db import Tx

TAKEN = "编号“{id}”已经有了，请换一个"
WHAT = {"new": "新增", "changed": "改动", "same": "没变", "refused": "没收"}


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row; `reasons` where it was refused."""

    where: str
    id: str
    name: str
    what: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A line for each row, in the order they were entered: agencies, then matters, then life events."""

    lines: tuple[Line, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was refused."""
        return all(line.what != "refused" for line in self.lines)

    def text(self) -> str:
        """For whoever brought it in: a summary, then a line for each row that changed something or was refused."""
        counts = {what: sum(line.what == what for line in self.lines) for what in WHAT}
        parts = "，".join(f"{WHAT[what]}{count}行" for what, count in counts.items() if count)
        told = [f"文件里共{len(self.lines)}行：{parts}。" if parts else "文件里一行内容也没有。"]
        for line in self.lines:
            if line.what == "refused":
                told.append(f"没收　{line.where}（{line.id or '没有编号'}）：{'；'.join(line.reasons)}")
            elif line.what != "same":
                told.append(f"{WHAT[line.what]}　{line.id}　{line.name}")
        return "\n".join(told)


@dataclass(slots=True)
class _There:
    """What the hall has by now, growing with each row that is entered."""

    hall_id: str
    groups: Sequence[Group]
    matters: dict[str, Matter]
    agencies: dict[str, Agency]
    events: dict[str, LifeEvent]
    seen: set[tuple[str, str]] = field(default_factory=set)


async def bring_in(tx: Tx, hall_id: str, given: Sequence[Given]) -> Report:
    """Enters what can be entered. A life event may name matters of the same file, and a matter its agency."""
    there = _There(
        hall_id,
        await matters.groups(tx, hall_id),
        {matter.id: matter for matter in await matters.catalogue(tx, hall_id, with_withdrawn=True)},
        {agency.id: agency for agency in await agencies.agencies(tx, hall_id)},
        {event.id: event for event in await life_events.events(tx, hall_id)},
    )
    enter = {"agency": _agency, "matter": _matter, "life_event": _event}
    in_order = sorted(given, key=lambda row: list(enter).index(row.table))
    return Report(tuple([await enter[row.table](tx, there, row) for row in in_order]))


async def enter(tx: Tx, hall_id: str, table: str, row: listing.Row) -> Line:
    """One row, of a page's form: entered, or not at all. Raises BadEntry."""
    line = (await bring_in(tx, hall_id, [Given(table, "", row)])).lines[0]
    if line.reasons:
        raise BadEntry(reasons="；".join(line.reasons))
    return line


async def save(tx: Tx, hall_id: str, row: listing.Row, seen: str) -> Line:
    """A matter as a page's form says. `seen`: the mark of what the form showed, "" for a new one.

    Raises BadEntry, MatterNotFound, ChangedMeanwhile.
    """
    if seen:
        there = await matters.matter(tx, hall_id, row["id"], is_locked=True)
        if written.mark(there) != seen:
            raise ChangedMeanwhile(name=there.name)
    elif row.get("id") in {one.id for one in await matters.catalogue(tx, hall_id, with_withdrawn=True)}:
        raise BadEntry(reasons=TAKEN.format(id=row["id"]))
    return await enter(tx, hall_id, "matter", row)


async def save_event(tx: Tx, hall_id: str, row: listing.Row, seen: str) -> Line:
    """A life event as a page's form says; `seen` as of `save`. Raises BadEntry, LifeEventNotFound, ChangedMeanwhile."""
    if seen:
        there = await life_events.event(tx, hall_id, row["id"], is_locked=True)
        if written.mark(there) != seen:
            raise ChangedMeanwhile(name=there.name)
    elif row.get("id") in {one.id for one in await life_events.events(tx, hall_id)}:
        raise BadEntry(reasons=TAKEN.format(id=row["id"]))
    return await enter(tx, hall_id, "life_event", row)


async def plain_matter(tx: Tx, hall_id: str, matter_id: str) -> dict[str, Any]:
    """A matter as the audit trail tells it; empty where there is none."""
    rows = (await everything(tx, hall_id))["matter"]
    return next((written.told(columns.MATTER, row) for row in rows if row["id"] == matter_id), {})


async def plain_agency(tx: Tx, hall_id: str, agency_id: str) -> dict[str, Any]:
    """An agency as the audit trail tells it; empty where there is none."""
    rows = (await everything(tx, hall_id))["agency"]
    return next((written.told(columns.AGENCY, row) for row in rows if row["id"] == agency_id), {})


async def plain_event(tx: Tx, hall_id: str, event_id: str) -> dict[str, Any]:
    """A life event as the audit trail tells it; empty where there is none."""
    there = next((one for one in await life_events.events(tx, hall_id) if one.id == event_id), None)
    if there is None:
        return {}
    names = {one.id: one.name for one in await matters.catalogue(tx, hall_id, with_withdrawn=True)}
    told = written.told([column for column in columns.EVENT if column.key != "matters"], listing.event_row(there))
    return told | {"事项": [names.get(matter_id, matter_id) for matter_id in there.matters]}


async def everything(tx: Tx, hall_id: str) -> dict[str, Sequence[listing.Row]]:
    """The hall's list as rows, by table: what `bring_in` takes back."""
    letters = {group.id: group.letter for group in await matters.groups(tx, hall_id)}
    catalogue = await matters.catalogue(tx, hall_id, with_withdrawn=True)
    return {
        "matter": [listing.matter_row(matter, letters) for matter in catalogue],
        "agency": [listing.agency_row(agency) for agency in await agencies.agencies(tx, hall_id)],
        "life_event": [listing.event_row(event) for event in await life_events.events(tx, hall_id)],
    }


async def _agency(tx: Tx, there: _There, given: Given) -> Line:
    wrong = _twice(there, given)
    made = listing.agency_of(given.row, there.hall_id, there.agencies.values(), wrong)
    wrong += [] if wrong else agencies.reasons_against(made)
    before = there.agencies.get(made.id)
    if not wrong and made != before:
        await agencies.set_agency(tx, made)
        there.agencies[made.id] = made
    return _line(given, made, before, wrong)


async def _matter(tx: Tx, there: _There, given: Given) -> Line:
    wrong = _twice(there, given)
    made = listing.matter_of(given.row, there.hall_id, there.groups, there.matters.values(), wrong)
    if made.agency_id is not None and made.agency_id not in there.agencies:
        wrong.append(f"“机构”里没有编号“{made.agency_id}”")
    before = there.matters.get(made.id)
    if not wrong and made != before:
        await matters.set_matter(tx, made)
        there.matters[made.id] = made
    return _line(given, made, before, wrong)


async def _event(tx: Tx, there: _There, given: Given) -> Line:
    wrong = _twice(there, given)
    made = listing.event_of(given.row, there.hall_id, there.events.values(), wrong)
    wrong += [] if wrong else life_events.reasons_against(made, there.matters)
    before = there.events.get(made.id)
    if not wrong and made != before:
        await life_events.set_event(tx, made, there.matters)
        there.events[made.id] = made
    return _line(given, made, before, wrong)


def _twice(there: _There, given: Given) -> list[str]:
    key = (given.table, str(given.row.get("id", "")))
    is_again = key in there.seen and bool(key[1])
    there.seen.add(key)
    return [f"编号“{key[1]}”在这个文件里前面已经有了"] if is_again else []


def _line(given: Given, made: Matter | Agency | LifeEvent, before: object | None, wrong: list[str]) -> Line:
    what = "refused" if wrong else "new" if before is None else "same" if made == before else "changed"
    return Line(given.where, made.id or str(given.row.get("id", "")), made.name, what, tuple(dict.fromkeys(wrong)))
