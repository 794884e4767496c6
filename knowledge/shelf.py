"""One snapshot of everything the knowledge consists of, read from data/ and indexed."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge import choices, matter_questions, topics, words
from knowledge import policies as policy_book
from knowledge.index import Index
from knowledge.matter_questions import MatterQuestion
from knowledge.policies import DATA, Policies, Policy, read_toml
from knowledge.topics import Topic


@dataclass(frozen=True)
class Nickname:
    """A document called by its number alone ("19号文"), known by one of the words said beside it."""

    number: int
    policy: str
    beside: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """Everything one snapshot of the knowledge consists of."""

    words: words.Words
    index: Index
    policies: Policies
    topics: dict[str, Topic]
    matters: dict[str, MatterQuestion]
    choices: tuple[choices.Choice, ...]
    notes: dict[str, str]
    other_issuers: dict[str, str]
    topic_of: dict[str, str]
    nicknames: tuple[Nickname, ...]

    def nicknamed(self, number: int, plain: str) -> Policy | None:
        """The document everyone means by a bare number, when a word beside it shows that it is meant."""
        told = (each for each in self.nicknames if each.number == number and any(w in plain for w in each.beside))
        return next((self.policies[each.policy] for each in told), None)


def load_words(cache_folder: Path | None = None) -> words.Words:
    """The vocabulary of data/. jieba keeps its cache in `cache_folder`; without one it starts half a second slower."""
    if cache_folder is None:
        with tempfile.TemporaryDirectory(prefix="bangban-words-") as folder:
            return load_words(Path(folder))
    pairs = " ".join(_lines("simplified.txt")).split()
    spoken = [(said, standard) for said, standard in (line.split() for line in _lines("spoken.txt"))]
    shape = " ".join(_lines("shape.txt")).split()
    made = words.build(read_toml("terms.toml"), pairs, spoken, shape, str(cache_folder))
    made.tokenizer.check_initialized()
    return made


def _lines(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _topic_of(all_topics: tuple[Topic, ...], settled: Mapping[str, str]) -> dict[str, str]:
    """The topic to answer with when a document is cited: where it is chief, else where it has its place at all.

    `settled` are those that are chief in several topics, or best told where they are not.
    """
    found: dict[str, str] = dict(settled)
    for topic in all_topics:
        for stage in topic.stages:
            found.setdefault(stage.policies[0].id, topic.id)
    for topic in all_topics:
        for policy in topic.all_policies:
            found.setdefault(policy.id, topic.id)
    return found


def load_shelf(cache_folder: Path | None = None) -> Shelf:
    """Reads data/ and builds the index: about a second, most of it jieba's dictionary."""
    vocabulary, policies, extra = load_words(cache_folder), policy_book.load(), read_toml("choices.toml")
    more = read_toml("matter_words.toml")
    all_topics = topics.load(policies)
    questions = matter_questions.build(read_toml("matters.toml")["matter"], more["also"], more["avoid"], more["told"])
    entries = [*(topic.entry() for topic in all_topics), *(each.entry for each in questions)]
    asks = {row["term"]: row["ask"] for row in read_toml("terms.toml")["ambiguous"]}
    return Shelf(
        words=vocabulary,
        index=Index.build(entries, vocabulary),
        policies=policies,
        topics={topic.id: topic for topic in all_topics},
        matters={each.entry.id: each for each in questions},
        choices=choices.build(extra["choice"], asks),
        notes=extra["notes"],
        other_issuers=extra["other_issuers"],
        topic_of=_topic_of(all_topics, extra["told_by"]),
        nicknames=tuple(Nickname(row["number"], row["policy"], tuple(row["beside"])) for row in extra["nickname"]),
    )
