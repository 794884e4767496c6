"""The policies: what each says, since when, until when, and how far we have read it (data/policies.toml)."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
ENDED = frozenset({"expired", "repealed", "superseded", "stopped"})
BRACKETS = re.compile(r"（.*）$")
TITLE = re.compile(r"《([^》]+)》")


@dataclass(frozen=True)
class Policy:
    """One document, or one article of it. Days are dates; `valid_to` is the last day in force, None when open.

    `valid_to_derived` says that the last day was worked out from the document that ended this one.
    """

    id: str
    title: str
    doc_no: str
    issuers: tuple[str, ...]
    issued: date | None
    valid_from: date | None
    valid_to: date | None
    valid_to_derived: bool
    status: str
    status_note: str
    taxpayers: tuple[str, ...]
    taxes: tuple[str, ...]
    relief: str
    conditions: tuple[str, ...]
    handling: str
    how_to: tuple[str, ...]
    deadline: str
    superseded_by: tuple[str, ...]
    confidence: str
    body_read: bool

    @property
    def starts(self) -> date | None:
        """The first day we can vouch for: the day it takes effect, or failing that the day it was issued."""
        return self.valid_from or self.issued

    @cached_property
    def name(self) -> str:
        """The title in 《》, without the note on which article is meant."""
        inner = TITLE.search(self.title)
        if inner and "公告》" not in self.title and "的公告" not in self.title:
            return f"《{inner.group(1)}》"
        return f"《{re.sub(r'（(?:第|自产|国家税务总局公告).*）$', '', self.title)}》"


@dataclass(frozen=True)
class Policies:
    """All policies by id, in the order of the file."""

    by_id: Mapping[str, Policy]

    def __getitem__(self, policy_id: str) -> Policy:
        return self.by_id[policy_id]

    def last_day(self, policy: Policy) -> date | None:
        """The last day in force: written or derived; for one superseded without a day, the eve of what replaced it."""
        if policy.valid_to is not None or policy.status not in ENDED:
            return policy.valid_to
        starts = [start for other in policy.superseded_by if (start := self[other].starts)]
        return min(starts) - timedelta(days=1) if starts else None

    def in_force(self, policy: Policy, on: date) -> bool:
        """Whether the policy governs a transaction of that day. A start we do not know counts only while it lives."""
        if policy.starts is None:
            return policy.status not in ENDED and (policy.valid_to is None or on <= policy.valid_to)
        last = self.last_day(policy)
        ended = policy.status in ENDED and last is None
        return policy.starts <= on and not ended and (last is None or on <= last)

    def for_categories(self, categories: Collection[str], on: date) -> tuple[Policy, ...]:
        """Those in force on a day that say they are for any of these categories; without categories, all in force."""
        fitting = (policy for policy in self.by_id.values() if not categories or {*categories} & {*policy.taxpayers})
        return tuple(policy for policy in fitting if self.in_force(policy, on))


@cache
def categories() -> Mapping[str, str]:
    """The categories of taxpayers that policies are for: id and name, without what a name says in brackets."""
    named: dict[str, str] = read_toml("policies.toml")["meta"]["taxpayer_categories"]
    return {category: BRACKETS.sub("", name) for category, name in named.items()}


def may_quote(policy: Policy) -> bool:
    """Whether amounts, conditions and days may be told: only of a text we have read and checked (facts.md §6.2)."""
    return policy.confidence == "verified" and policy.body_read and policy.status != "unverified"


def read_toml(name: str) -> dict[str, Any]:
    """A data file of this room."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def load() -> Policies:
    """All policies from data/policies.toml."""
    return Policies({row["id"]: of(row["id"], row) for row in read_toml("policies.toml")["policy"]})


def read_day(said: date | str | None) -> date | None:
    """A day of a content: ISO text, or as TOML reads it."""
    if isinstance(said, str):
        return date.fromisoformat(said) if said else None
    return said


def of(policy_id: str, row: Mapping[str, Any]) -> Policy:
    """From a content (knowledge.content) or a row of data/policies.toml."""
    return Policy(
        id=policy_id,
        title=row["title"],
        doc_no=row.get("doc_no", ""),
        issuers=tuple(row["issuers"]),
        issued=read_day(row.get("issued")),
        valid_from=read_day(row.get("valid_from")),
        valid_to=read_day(row.get("valid_to")),
        valid_to_derived=row.get("valid_to_derived", False),
        status=row["status"],
        status_note=row.get("status_note", ""),
        taxpayers=tuple(row.get("taxpayers", ())),
        taxes=tuple(row.get("taxes", ())),
        relief=row["relief"],
        conditions=tuple(row.get("conditions", ())),
        handling=row.get("handling", ""),
        how_to=tuple(row.get("how_to", ())),
        deadline=row.get("deadline", ""),
        superseded_by=tuple(row.get("superseded_by", ())),
        confidence=row["confidence"],
        body_read=row.get("body_read", False),
    )
