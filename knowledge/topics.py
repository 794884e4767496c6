"""What people ask about policies: a topic is a question with its wordings and a chain of rules through time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from knowledge.model import Entry, Span, Validity, covers
from knowledge.policies import Policies, Policy, may_quote, read_day


@dataclass(frozen=True)
class Stage:
    """One rule for one span of days, `first`..`last` both included; None is open.

    `policies` are the documents it stands on, the chief one first. `brief` says it in a line, to be told beside the
    answer for another day. A stage whose chief document may not be quoted has no sentences at all.
    """

    policies: tuple[Policy, ...]
    first: date | None
    last: date | None
    conclusion: str = ""
    conditions: tuple[str, ...] = ()
    how: str = ""
    note: str = ""
    brief: str = ""

    @property
    def quotable(self) -> bool:
        return bool(self.conclusion) and may_quote(self.policies[0])

    def holds(self, first: date, last: date) -> bool:
        """Whether any day of the span falls under it."""
        return (self.first is None or self.first <= last) and (self.last is None or first <= self.last)


@dataclass(frozen=True)
class Topic:
    """One thing people ask. `gone` is what to say once the last stage is over for good; `gone_policies` are what
    applies instead. `say` answers topics no document of ours covers; with `person` a clerk takes over in any case.
    """

    id: str
    question: str
    variants: tuple[str, ...]
    stages: tuple[Stage, ...] = ()
    history: tuple[Policy, ...] = ()
    who: str = ""
    before: str = ""
    gone: str = ""
    gone_policies: tuple[Policy, ...] = ()
    note: str = ""
    say: str = ""
    person: bool = False
    compares_sales: bool = False
    need: tuple[tuple[str, ...], ...] = ()
    avoid: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    taxpayers: tuple[str, ...] = ()
    valid: Validity = (None, None)
    search: str = ""

    def on(self, first: date, last: date) -> list[Stage]:
        """The stages that govern a span of days, earliest first."""
        return [stage for stage in self.stages if stage.holds(first, last)]

    @property
    def all_policies(self) -> tuple[Policy, ...]:
        """Every document of the chain, once."""
        staged = [policy for stage in self.stages for policy in stage.policies]
        return tuple(dict.fromkeys([*staged, *self.history, *self.gone_policies]))

    @property
    def chiefs(self) -> tuple[Policy, ...]:
        """The document each rule stands on first of all, the latest rule first."""
        return tuple(stage.policies[0] for stage in reversed(self.stages))

    def entry(self) -> Entry:
        """The topic as the index sees it."""
        said = [stage.conclusion + "".join(stage.conditions) for stage in self.stages]
        answer = self.gone + self.say + "".join(said[-2:]) + self.search
        return Entry(self.id, self.question, self.variants, answer, self.need, self.avoid, self.known_by)

    def holds(self, asked: Span) -> bool:
        """Whether there is something to say of these days. With stages they know of every day what to say."""
        return bool(self.stages) or covers(self.valid, asked)


def _many(policies: Policies, ids: Iterable[str]) -> tuple[Policy, ...]:
    return tuple(policies[each] for each in ids)


def _stage(row: Mapping[str, Any], policies: Policies) -> Stage:
    basis = _many(policies, row["policies"])
    chief = basis[0]
    if chief.status == "unverified":  # nobody knows its days: it is named on any day, and nothing of it is told
        return Stage(basis, None, None)
    return Stage(
        policies=basis,
        first=read_day(row.get("from")) or chief.starts,
        last=read_day(row.get("to")) or policies.last_day(chief),
        conclusion=row.get("conclusion", ""),
        conditions=tuple(row.get("conditions", ())),
        how=row.get("how", ""),
        note=row.get("note", ""),
        brief=row.get("brief", ""),
    )


def of(topic_id: str, row: Mapping[str, Any], policies: Policies) -> Topic:
    """From a content (knowledge.content) that names no matter. Raises KeyError for a policy we do not hold."""
    stages = tuple(_stage(each, policies) for each in row.get("stages", ()))
    topic = Topic(
        id=topic_id,
        question=row["question"],
        variants=tuple(row.get("variants", ())),
        stages=stages,
        history=_many(policies, row.get("history", ())),
        who=row.get("who", ""),
        before=row.get("before", ""),
        gone=row.get("gone", ""),
        gone_policies=_many(policies, row.get("gone_policies", ())),
        note=row.get("note", ""),
        say=row.get("answer", ""),
        person=row.get("person", False),
        compares_sales=row.get("compares") == "sales",
        need=tuple(tuple(group) for group in row.get("need", ())),
        avoid=tuple(row.get("avoid", ())),
        known_by=tuple(row.get("known_by", ())),
        valid=(read_day(row.get("valid_from")), read_day(row.get("valid_to"))),
        search=row.get("search", ""),
    )
    said = row.get("taxpayers") or (each for policy in topic.all_policies for each in policy.taxpayers)
    return replace(topic, taxpayers=tuple(dict.fromkeys(said)))
