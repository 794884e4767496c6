"""The entries we open with: enough of them, said in people's words, and not a number that is not in their source."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "knowledge" / "data"
FILES = sorted((DATA / "entries").glob("*.toml"))
ROWS: list[dict[str, Any]] = [row for path in FILES for row in tomllib.loads(path.read_text("utf-8"))["entry"]]
TOPICS = [
    r for path in sorted((DATA / "topics").glob("*.toml")) for r in tomllib.loads(path.read_text("utf-8"))["topic"]
]
POLICIES = {row["id"]: row for row in tomllib.loads((DATA / "policies.toml").read_text("utf-8"))["policy"]}
MATTERS = {row["id"]: row for row in tomllib.loads((DATA / "matters.toml").read_text("utf-8"))["matter"]}
FACTS = (DATA / "facts.md").read_text("utf-8")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
FIELDS = {"id", "question", "variants", "answer", "matter", "taxpayers", "stage", "who", "need", "avoid", "from_facts"}
FIELDS |= {"gone", "gone_policies", "note", "before", "person"}
STAGE_FIELDS = {"policies", "from", "to", "conclusion", "conditions", "how", "note", "brief"}
CATEGORIES = tomllib.loads((DATA / "policies.toml").read_text("utf-8"))["meta"]["taxpayer_categories"]


def lines(row: dict[str, Any]) -> list[str]:
    return [line.strip() for line in row["variants"].splitlines() if line.strip()]


def told(row: dict[str, Any]) -> str:
    """Every word of an entry that a citizen may read, but for its question."""
    stages = row.get("stage", [])
    said = [row.get(key, "") for key in ("answer", "who", "gone", "note", "before")]
    said += [each.get(key, "") for each in stages for key in ("conclusion", "how", "note", "brief")]
    return "\n".join([*said, *(line for each in stages for line in each.get("conditions", ()))])


def sources(row: dict[str, Any]) -> str:
    """Everything the rows it names say, dates as people write them."""
    ids = [each for stage in row.get("stage", []) for each in stage["policies"]] + row.get("gone_policies", [])
    named: list[Any] = [POLICIES[each] for each in ids]
    ended_by = [other for each in ids for other in POLICIES[each]["superseded_by"]]
    named += [POLICIES[each] for each in ended_by]
    if row.get("matter"):
        named.append(MATTERS[row["matter"]])
    text = str(named) + (FACTS if row.get("from_facts") else "")
    return text + "".join(
        f" {y} {int(m)} {int(d)} " for y, m, d in re.findall(r"datetime\.date\((\d+), (\d+), (\d+)\)", text)
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_entry_has_the_fields_of_an_entry(row: dict[str, Any]) -> None:
    assert set(row) <= FIELDS, set(row) - FIELDS
    assert all(set(stage) <= STAGE_FIELDS for stage in row.get("stage", []))
    assert bool(row.get("answer")) != bool(row.get("stage")), "a plain answer, or stages tied to policies"
    assert row.get("stage") or row.get("matter") or row.get("from_facts"), "an answer without a source"
    assert set(row.get("taxpayers", ())) <= set(CATEGORIES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_entry_is_asked_in_three_ways_or_more(row: dict[str, Any]) -> None:
    assert len(set(lines(row))) >= 3
    assert row["question"] not in lines(row)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_entry_says_no_number_that_is_not_in_its_source(row: dict[str, Any]) -> None:
    known = set(NUMBER.findall(sources(row)))
    assert sorted(set(NUMBER.findall(told(row))) - known) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_entry_stands_on_policies_we_have_read(row: dict[str, Any]) -> None:
    for stage in row.get("stage", []):
        for each in stage["policies"]:
            policy = POLICIES[each]
            assert (policy["confidence"], policy["body_read"]) == ("verified", True), each
            assert policy["status"] != "unverified", each


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_entry_is_short_enough_for_a_phone(row: dict[str, Any]) -> None:
    longest = max([row.get("answer", ""), *(each.get("conclusion", "") for each in row.get("stage", []))], key=len)
    assert len(longest) <= 220


def test_no_two_entries_share_an_id_or_a_wording() -> None:
    ids = [row["id"] for row in (*ROWS, *TOPICS)]
    assert [each for each, n in Counter(ids).items() if n > 1] == []
    asked = [text for row in (*ROWS, *TOPICS) for text in {row["question"], *lines(row)}]
    assert [text for text, n in Counter(asked).items() if n > 1] == []
