"""The sample hall's guide: matters as matters.toml has them, agencies, life events, and lists of materials as files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hall.matters import agencies, files, life_events, listing
from hall.matters import service as matters
from hall.matters.model import Agency, Group, LifeEvent, Matter, Use
from kit import pdf
from kit.db import Tx

BY = "示例"  # who put the files there
Plan = Mapping[str, Any]  # sample.toml
Rows = Sequence[Mapping[str, Any]]  # of matters.toml


def catalogue(plan: Plan, rows: Rows, groups: Sequence[Group]) -> tuple[Matter, ...]:
    """Every matter of matters.toml, in the group its theme belongs to, with the words people use for it."""
    return tuple(_matter(plan, row, groups) for row in rows)


def _matter(plan: Plan, row: Mapping[str, Any], groups: Sequence[Group]) -> Matter:
    letters = {theme: group["letter"] for group in plan["group"] for theme in group["themes"]}
    there = {department: agency["id"] for agency in plan["agency"] for department in agency["departments"]}
    materials = [m | {"needed": m["name"] not in plan["materials"]["if_there_is"]} for m in row["materials"]]
    more = {
        "aliases": list(dict.fromkeys((*row["aliases"], *plan["aliases"][row["id"]]))),
        "group": letters[row["theme"]],
        "agency": there[row["department"]],
        "booking": row["id"] not in plan["booking"]["closed"],
        "places": plan["places"].get(row["id"], []),
        "materials": materials,
    }
    wrong: list[str] = []
    made = listing.matter_of({**row, **more}, groups[0].hall_id, groups, (), wrong)
    assert not wrong, f"{row['id']}: {wrong}"
    return made


def agencies_of(plan: Plan, hall_id: str) -> tuple[Agency, ...]:
    """Of whom nothing is known but the name."""
    return tuple(Agency(row["id"], hall_id, row["name"], tuple(row["aliases"])) for row in plan["agency"])


def events_of(plan: Plan, hall_id: str) -> tuple[LifeEvent, ...]:
    """In the order they are written, which is that of how often they are asked for."""
    wrong: list[str] = []
    rows = [row | {"position": place} for place, row in enumerate(plan["life_event"], 1)]
    made = tuple(listing.event_of(row, hall_id, (), wrong) for row in rows)
    assert not wrong, wrong
    return made


async def fill(tx: Tx, plan: Plan, rows: Rows, hall_id: str, now: datetime) -> str:
    """Agencies, life events and files, once; a sample hall filled by an earlier release gets the new fields too."""
    if await agencies.agencies(tx, hall_id):
        return "办事指南：已经有了，没有改动。"
    for agency in agencies_of(plan, hall_id):
        await agencies.set_agency(tx, agency)
    there = {matter.id: matter for matter in await matters.catalogue(tx, hall_id, with_withdrawn=True)}
    for made in catalogue(plan, rows, await matters.groups(tx, hall_id)):
        if (before := there.get(made.id)) is not None and before.is_typical and before != made:
            await matters.set_matter(tx, made)
    for event in events_of(plan, hall_id):
        await life_events.set_event(tx, event, there)
    for matter_id in plan["files"]["lists"]:
        await _attach_list(tx, there[matter_id], now)
    counts = (len(plan["agency"]), len(plan["life_event"]), len(plan["files"]["lists"]))
    return "办事指南：{}个部门（地址电话都没有登记）、{}件“一件事”、{}份材料清单（示例）。".format(*counts)


async def _attach_list(tx: Tx, matter: Matter, now: datetime) -> None:
    """A plain list to tick off, and no official form: those come from the hall."""
    lines = [f"{matter.name}", "材料清单（示例，不是正式表格）", ""]
    lines += [f"□ {m.name}（{m.form}，{m.count}份）" + (f"　{m.note}" if m.note else "") for m in matter.materials]
    lines += ["", "通用值，没有照本厅实施清单核对，以窗口为准。"]
    name = f"{matter.name}材料清单（示例）"
    await files.attach(tx, matter.hall_id, matter.id, None, Use.LIST, name, pdf.page(lines), BY, now)
