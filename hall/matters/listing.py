"""A hall's own list as rows: what a row says becomes a matter, an agency, a life event, and they become rows again.

A row speaks in keys (hall/matters/columns.py), its values as TOML has them or as a spreadsheet shows them. What a row
of something known does not speak of stays as it was; what is there and empty is emptied.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hall.matters import columns
from hall.matters.columns import missing, values_of
from hall.matters.model import Agency, Audience, Codes, Group, LifeEvent, Material, Matter, Place, Question

Row = Mapping[str, Any]
NESTED = {"materials": columns.MATERIAL, "faq": columns.QUESTION, "places": columns.PLACE}
CODES = {"basic_code": "basic", "implementation_code": "implementation", "business_code": "business"}
RENAMED = {
    "handling_type": "handling",
    "target": "audiences",
    "agency": "agency_id",
    "booking": "is_open_to_booking",
    "typical": "is_typical",
    "withdrawn": "is_withdrawn",
}
ANSWERED = re.compile(r"^(?P<asked>.+[？?])（(?P<answer>.+)）$")  # as matters.toml writes a question with its answer
USUAL: dict[str, Any] = {"on_the_spot": False, "is_open_to_booking": True, "is_typical": False, "aliases": ()}
USUAL |= dict.fromkeys(("legal_days", "promised_days", "days_unit", "legal_note"), None)
USUAL |= dict.fromkeys(("steps", "materials", "basis"), ())


def matter_of(row: Row, hall_id: str, groups: Sequence[Group], known: Iterable[Matter], wrong: list[str]) -> Matter:
    """The matter a row speaks of. Where `wrong` has reasons afterwards, it must not be entered.

    A list of the hall's own makes a matter typical no longer, unless the row says that it still is.
    """
    others = {matter.id: matter for matter in known}
    values = values_of(columns.MATTER, row, wrong)
    before = others.get(values.get("id", ""))
    if before is None:
        missing(columns.MATTER, values, wrong)
    strange = sorted(set(row) - {column.key for column in columns.MATTER} - set(NESTED))
    wrong += [f"不认识“{key}”这一项" for key in strange]
    codes = before.codes if before else Codes()
    codes = replace(codes, **{CODES[key]: values.pop(key) for key in CODES if key in values})
    group_id = _group_id(values.pop("group", None), groups, before, values.get("theme", ""), others.values(), wrong)
    facts = {RENAMED.get(key, key): value for key, value in values.items()} | _nested(row, wrong)
    facts |= {"codes": codes, "group_id": group_id, "is_typical": values.get("typical", False)}
    # The empty one in `missing` cases is never entered: `wrong` has said why.
    blank = dict.fromkeys(("id", "name", "department", "theme", "handling", "fee", "result", "window_type"), "")
    made = replace(before, **facts) if before else Matter(**(blank | USUAL | {"hall_id": hall_id} | facts))
    wrong += _contradictions(made)
    return made


def _group_id(
    letter: str | None,
    groups: Sequence[Group],
    before: Matter | None,
    theme: str,
    others: Iterable[Matter],
    wrong: list[str],
) -> int:
    if letter:
        found = next((group.id for group in groups if group.letter == letter.upper()), None)
        if found is None:
            known = "、".join(f"{group.letter} {group.name}" for group in groups) or "还没有"
            wrong.append(f"没有业务组“{letter}”，有的是：{known}")
    else:
        found = before.group_id if before else next((m.group_id for m in others if m.theme == theme), None)
        if found is None:
            wrong.append("“业务组”要填：还没有同一主题的事项可以跟")
    return found or 0


def _nested(row: Row, wrong: list[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "materials" in row:
        read = _each(row["materials"], "materials", "材料", wrong)
        facts["materials"] = tuple(_material(values) for values in read)
        names = [material.name for material in facts["materials"]]
        wrong += [f"材料“{name}”写了两遍" for name in dict.fromkeys(names) if names.count(name) > 1]
    if "places" in row:
        facts["places"] = tuple(Place(**values) for values in _each(row["places"], "places", "地点", wrong))
    if "faq" in row:
        asked = [_bracketed(item) for item in row["faq"]] if isinstance(row["faq"], list | tuple) else row["faq"]
        facts["questions"] = tuple(Question(**values) for values in _each(asked, "faq", "常见问题", wrong))
    return facts


def _each(given: Any, key: str, label: str, wrong: list[str]) -> list[dict[str, Any]]:
    """The rows of a list that has no mistake in it, and for the others the reasons."""
    if not isinstance(given, list | tuple):
        wrong.append(f"“{label}”要是一串")
        return []
    read = []
    for number, item in enumerate(given, start=1):
        row = {"name": item} if isinstance(item, str) else item
        if not isinstance(row, Mapping):
            wrong.append(f"{label}第{number}条看不懂")
            continue
        reasons: list[str] = []
        values = values_of(NESTED[key], row, reasons)
        missing(NESTED[key], values, reasons)
        wrong += [f"{label}第{number}条：{reason}" for reason in dict.fromkeys(reasons)]
        if not reasons:
            read.append(values)
    return read


def _material(values: dict[str, Any]) -> Material:
    return Material(
        values["name"],
        values["form"],
        values.get("count") or 1,
        values.get("e_licence", False),
        values.get("note"),
        values.get("source"),
        values.get("needed", True),
        values.get("may_follow", False),
    )


def _bracketed(item: Any) -> Any:
    """住满多久能办？（半年） is a question with its answer."""
    if not isinstance(item, str):
        return item
    found = ANSWERED.match(item)
    return {"question": found["asked"], "answer": found["answer"]} if found else {"question": item}


def _contradictions(matter: Matter) -> list[str]:
    wrong = []
    if (matter.legal_days or matter.promised_days) and matter.days_unit is None:
        wrong.append("填了时限，“时限单位”就要填")
    if matter.legal_days and matter.promised_days and matter.promised_days > matter.legal_days:
        wrong.append(f"承诺时限（{matter.promised_days}）比法定时限（{matter.legal_days}）还长")
    return wrong


def with_words(every: Iterable[Matter], words: str) -> tuple[Matter, ...]:
    """Those whose name, id, aliases, theme or department hold each of the words."""
    wanted = words.lower().split()

    def said(matter: Matter) -> str:
        return "\n".join((matter.name, matter.id, matter.theme, matter.department, *matter.aliases)).lower()

    return tuple(matter for matter in every if all(word in said(matter) for word in wanted))


def agency_of(row: Row, hall_id: str, known: Iterable[Agency], wrong: list[str]) -> Agency:
    """The agency a row speaks of; see `matter_of`."""
    values = values_of(columns.AGENCY, row, wrong)
    before = next((agency for agency in known if agency.id == values.get("id")), None)
    if before is None:
        missing(columns.AGENCY, values, wrong)
        before = Agency(values.get("id", ""), hall_id, "", ())
    return replace(before, **values)


def event_of(row: Row, hall_id: str, known: Iterable[LifeEvent], wrong: list[str]) -> LifeEvent:
    """The life event a row speaks of; see `matter_of`."""
    values = values_of(columns.EVENT, row, wrong)
    before = next((event for event in known if event.id == values.get("id")), None)
    if before is None:
        missing(columns.EVENT, values, wrong)
        before = LifeEvent(values.get("id", ""), hall_id, "", Audience.PERSON, (), ())
    audience = {"audience": values.pop("for")} if "for" in values else {}
    return replace(before, **values, **audience)


# ------------------------------------------------------------------------------------------------ back to rows


def matter_row(matter: Matter, letters: Mapping[int, str]) -> dict[str, Any]:
    """Every key of a matter. `letters`: of the groups, by id."""
    back = {kept: key for key, kept in RENAMED.items()}
    facts = {column.key: None for column in columns.MATTER}
    facts |= {back.get(name, name): getattr(matter, name) for name in Matter.__dataclass_fields__}
    facts |= {key: getattr(matter.codes, name) for key, name in CODES.items()}
    rows = {"group": letters.get(matter.group_id), "materials": [_material_row(m) for m in matter.materials]}
    rows["faq"] = [{"question": asked.question, "answer": asked.answer} for asked in matter.questions]
    rows["places"] = [{"name": p.name, "address": p.address, "hours": p.hours} for p in matter.places]
    order = [*(column.key for column in columns.MATTER), *NESTED]
    return {key: (facts | rows)[key] for key in order}


def _material_row(material: Material) -> dict[str, Any]:
    facts = {"name": material.name, "form": material.form, "count": material.count, "source": material.source}
    facts |= {"needed": material.is_needed, "may_follow": material.may_follow}
    return facts | {"e_licence": material.has_e_licence, "note": material.note}


def agency_row(agency: Agency) -> dict[str, Any]:
    return {column.key: getattr(agency, column.key) for column in columns.AGENCY}


def event_row(event: LifeEvent) -> dict[str, Any]:
    return {column.key: getattr(event, "audience" if column.key == "for" else column.key) for column in columns.EVENT}
