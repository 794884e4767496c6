"""The data: every document is covered, every name exists, nothing is told of what nobody has read."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from knowledge import policies as book
from knowledge import shipped
from knowledge.policies import DATA, may_quote, read_toml
from knowledge.shelf import read_contents

POLICIES = book.load()
TOPICS = tuple(read_contents(shipped.contents())[1].values())
DOMAIN = Path("/work/shared/domain")


@pytest.mark.parametrize("name", ["policies.toml", "terms.toml", "matters.toml", "facts.md"])
def test_data_is_the_domain_expert_s_own(name: str) -> None:
    if not DOMAIN.exists():
        pytest.skip("the shared domain folder is not here: the copies cannot be compared")
    assert (DATA / name).read_bytes() == (DOMAIN / name).read_bytes()


def test_every_policy_is_covered_by_a_topic() -> None:
    covered = {policy.id for topic in TOPICS for policy in topic.all_policies}
    assert covered == set(POLICIES.by_id)


def test_topic_ids_are_unique_and_each_has_six_wordings_or_more() -> None:
    assert len({topic.id for topic in TOPICS}) == len(TOPICS)
    assert {topic.id: len(topic.variants) for topic in TOPICS if len(topic.variants) < 5} == {}


def test_no_wording_belongs_to_two_topics() -> None:
    owner: dict[str, str] = {}
    for topic in TOPICS:
        for wording in {topic.question, *topic.variants}:
            assert owner.setdefault(wording, topic.id) == topic.id, wording


def test_stages_lie_within_the_days_of_their_document() -> None:
    earlier = {("vat-1pct", date(2022, 1, 1)), ("small-low-profit-prepay", date(2022, 1, 1))}
    for topic in TOPICS:
        for stage in topic.stages:
            chief = stage.policies[0]
            last = POLICIES.last_day(chief)
            if (topic.id, stage.first) in earlier:  # told by the later document's own text, or nothing of it is told
                continue
            assert not (chief.starts and stage.first) or stage.first >= chief.starts, (topic.id, chief.id)
            assert last is None or (stage.last is not None and stage.last <= last) or not stage.conclusion, topic.id


def test_stages_of_what_may_not_be_told_have_no_sentences() -> None:
    for topic in TOPICS:
        for stage in topic.stages:
            assert may_quote(stage.policies[0]) == bool(stage.conclusion), (topic.id, stage.policies[0].id)
            assert all(may_quote(policy) for policy in stage.policies) or not stage.conclusion, topic.id


def test_notes_choices_and_other_issuers_name_what_exists() -> None:
    extra = read_toml("choices.toml")
    numbers = {policy.doc_no for policy in POLICIES.by_id.values()}
    assert set(extra["notes"]) <= set(POLICIES.by_id)
    assert set(extra["other_issuers"]) <= numbers
    assert not set(extra["other_issuers"].values()) & numbers
    entries = {topic.id for topic in TOPICS} | {f"matter/{row['id']}" for row in read_toml("matters.toml")["matter"]}
    assert {option["entry"] for row in extra["choice"] for option in row["options"]} <= entries | {""}


def test_every_ambiguous_term_has_its_choice() -> None:
    terms = {row["term"] for row in read_toml("terms.toml")["ambiguous"]}
    assert {row["ask_of"] for row in read_toml("choices.toml")["choice"] if "ask_of" in row} == terms


def test_matter_words_name_every_matter() -> None:
    matters = {row["id"] for row in read_toml("matters.toml")["matter"]}
    words = read_toml("matter_words.toml")
    assert set(words["also"]) == matters
    assert set(words["avoid"]) <= matters


@pytest.mark.parametrize("policy", POLICIES.by_id.values(), ids=lambda p: p.id)
def test_a_policy_is_in_force_on_its_days_only(policy: book.Policy) -> None:
    last = POLICIES.last_day(policy)
    if policy.starts:
        assert not POLICIES.in_force(policy, policy.starts - timedelta(days=1))
        assert POLICIES.in_force(policy, policy.starts)
    if last:
        assert POLICIES.in_force(policy, last) or policy.status in book.ENDED
        assert not POLICIES.in_force(policy, last + timedelta(days=1))


def test_what_may_be_quoted_is_what_was_read() -> None:
    raw = tomllib.loads((DATA / "policies.toml").read_text(encoding="utf-8"))["policy"]
    read = {p["id"] for p in raw if p["confidence"] == "verified" and p["body_read"] and p["status"] != "unverified"}
    assert {policy.id for policy in POLICIES.by_id.values() if may_quote(policy)} == read
    assert len(read) == 58
