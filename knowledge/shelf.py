"""One snapshot of everything the knowledge consists of, indexed: made from contents, never changed."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from knowledge import choices, matter_questions, second_look, shipped, topics
from knowledge import policies as policy_book
from knowledge.combiner import Weights
from knowledge.content import Content, Kind
from knowledge.index import Index, Vocabulary
from knowledge.matching import Search
from knowledge.matter_questions import MatterQuestion
from knowledge.model import Entry, Span
from knowledge.policies import Policies, Policy, read_toml
from knowledge.reading import load_lexicon
from knowledge.second_look import SecondLook
from knowledge.topics import Topic
from knowledge.words import Words

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Nickname:
    """A document called by its number alone ("19号文"), known by one of the words said beside it."""

    number: int
    policy: str
    beside: tuple[str, ...]


@dataclass(frozen=True)
class Fixtures:
    """What is no entry and changes with a release only: words that mean several things, names of documents."""

    choices: tuple[choices.Choice, ...]
    notes: Mapping[str, str]
    other_issuers: Mapping[str, str]
    told_by: Mapping[str, str]
    nicknames: tuple[Nickname, ...]


@dataclass(frozen=True)
class Shelf:
    """Everything one snapshot of the knowledge consists of. `contents` are the live ones, by kind and id."""

    contents: Mapping[tuple[Kind, str], Content] = field(repr=False)
    search: Search
    policies: Policies
    topics: Mapping[str, Topic]
    matters: Mapping[str, MatterQuestion]
    fixtures: Fixtures
    topic_of: Mapping[str, str]

    @property
    def words(self) -> Words:
        return self.search.index.vocabulary.lexicon.words

    @property
    def quick(self) -> Search:
        """The search without a second look: for the clauses of a sentence, which are many."""
        return replace(self.search, second=None, weights=load_weights()) if self.search.second else self.search

    def holds(self, entry_id: str, asked: Span) -> bool:
        """Whether an entry is live and may be told of these days; the aspect of a matter (`matter/<id>/<aspect>`) with
        its matter.
        """
        base = "/".join(entry_id.split("/")[:2]) if entry_id.startswith("matter/") else entry_id
        found = self.topics.get(base) or self.matters.get(base)
        return found is not None and found.holds(asked)

    def nicknamed(self, number: int, plain: str) -> Policy | None:
        """The document everyone means by a bare number, when a word beside it shows that it is meant."""
        told = (each for each in self.fixtures.nicknames if each.number == number)
        said = (each.policy for each in told if any(word in plain for word in each.beside))
        return next((self.policies.by_id[each] for each in said if each in self.policies.by_id), None)

    def with_contents(self, contents: Mapping[tuple[Kind, str], Content]) -> "Shelf":
        """The shelf of other contents: what has not changed is not read again. Takes its time: run it off the loop."""
        vocabulary, second = self.search.index.vocabulary, self.search.second
        return _made(contents, vocabulary, self.search.weights, second, self.fixtures, self)


@lru_cache(maxsize=2)
def load_shelf(cache_folder: Path | None = None, is_semantic: bool = False) -> Shelf:
    """The shipped library: a second or two, half of it jieba's dictionary. Read once a process. With `is_semantic` what
    is unsure is looked at twice; raises BadSetting where that is not installed.
    """
    second = second_look.load(is_semantic)
    vocabulary = Vocabulary(load_lexicon(cache_folder))
    return _made(shipped.contents(), vocabulary, load_weights(is_semantic), second, _fixtures(), None)


@lru_cache(maxsize=2)
def load_weights(is_semantic: bool = False) -> Weights:
    """The combiner of data/weights.toml; who looks twice is sure of more, and answers from another chance on."""
    made = Weights.of(read_toml("weights.toml"))
    return replace(made, answer_at=float(read_toml("second_look.toml")["answer_at"])) if is_semantic else made


def entries_of(contents: Mapping[tuple[Kind, str], Content]) -> list[Entry]:
    """What the index sees of contents."""
    _, found, matters = read_contents(contents)
    return [*(topic.entry() for topic in found.values()), *(each.entry for each in matters.values())]


def read_contents(
    contents: Mapping[tuple[Kind, str], Content], before: Shelf | None = None
) -> tuple[Policies, dict[str, Topic], dict[str, MatterQuestion]]:
    """With the policies of the shelf before, an entry that stands there as it is here is not read again."""
    rows = sorted(contents.items())  # the order they were read in must not show
    told = {key: row for (kind, key), row in rows if kind == "policy"}
    is_kept = before is not None and told == {k: row for (kind, k), row in before.contents.items() if kind == "policy"}
    policies = (
        before.policies
        if before and is_kept
        else Policies({key: policy_book.of(key, row) for key, row in told.items()})
    )
    found: dict[str, Topic] = {}
    matters: dict[str, MatterQuestion] = {}
    for (kind, key), row in rows:
        if kind == "policy":
            continue
        if before and is_kept and before.contents.get((kind, key)) is row:
            if key in before.topics:
                found[key] = before.topics[key]
            elif key in before.matters:
                matters[key] = before.matters[key]
            continue
        try:
            if row.get("matter") and not row.get("stages"):
                matters[key] = matter_questions.of(key, row)
            else:
                found[key] = topics.of(key, row, policies)
        except KeyError as missing:
            log.error("knowledge: entry %s names %s, which is not live: it is left out", key, missing)
    return policies, found, matters


def _made(
    contents: Mapping[tuple[Kind, str], Content],
    vocabulary: Vocabulary,
    weights: Weights,
    second: SecondLook | None,
    fixtures: Fixtures,
    before: Shelf | None,
) -> Shelf:
    policies, found, matters = read_contents(contents, before)
    entries = [*(topic.entry() for topic in found.values()), *(each.entry for each in matters.values())]
    index = Index.build(entries, vocabulary, before.search.index if before else None)
    search = Search(index, weights, second)
    return Shelf(contents, search, policies, found, matters, fixtures, _topic_of(found.values(), fixtures.told_by))


def _topic_of(all_topics: Iterable[Topic], settled: Mapping[str, str]) -> dict[str, str]:
    """The topic to answer with when a document is cited: where it is chief, else where it has its place at all;
    of several the one asked in most ways.

    `settled` are those that are chief in several topics, or best told where they are not.
    """
    by_breadth = sorted(all_topics, key=lambda topic: (-len(topic.variants), topic.id))
    topics_by_id = {topic.id: topic for topic in by_breadth}
    found = {policy: topic for policy, topic in settled.items() if topic in topics_by_id}
    for topic in topics_by_id.values():
        for stage in topic.stages:
            found.setdefault(stage.policies[0].id, topic.id)
    for topic in topics_by_id.values():
        for policy in topic.all_policies:
            found.setdefault(policy.id, topic.id)
    return found


def _fixtures() -> Fixtures:
    extra = read_toml("choices.toml")
    asks = {row["term"]: row["ask"] for row in read_toml("terms.toml")["ambiguous"]}
    return Fixtures(
        choices=choices.build(extra["choice"], asks),
        notes=extra["notes"],
        other_issuers=extra["other_issuers"],
        told_by=extra["told_by"],
        nicknames=tuple(Nickname(row["number"], row["policy"], tuple(row["beside"])) for row in extra["nickname"]),
    )
