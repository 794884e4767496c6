"""What is said, for each day: the right stage, the whole of it, and short enough for a phone."""

import re
from datetime import date, timedelta

import pytest

from knowledge import policies as book
from knowledge import shipped
from knowledge.answers import LONGEST, answer, basis, say_span
from knowledge.model import Period
from knowledge.policies import Policy, may_quote
from knowledge.shelf import read_contents
from knowledge.topics import Stage, Topic
from tests.knowledge.conftest import TODAY, day, year

POLICIES = book.load()
TOPICS = tuple(read_contents(shipped.contents())[1].values())
BY_ID = {topic.id: topic for topic in TOPICS}
DAYS = [
    None,
    *(day(iso) for iso in ("2020-05-01", "2022-02-01", "2022-08-01", "2023-06-01", "2025-12-31", "2028-02-29")),
]
PERIODS = [*DAYS, year(2022), year(2023), Period(date(2021, 1, 1), TODAY, TODAY, "2021年到现在")]
AMOUNT = re.compile(r"\d+(?:\.\d+)?(?:%|％|万元|元|倍)")


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.id)
def test_every_answer_of_every_day_is_short_and_stands_on_something(topic: Topic) -> None:
    for about in PERIODS:
        made = answer(topic, TODAY, about, None)
        assert len(made.text.encode()) <= 2048, (topic.id, about)
        if topic.stages or topic.person:  # what is plainly so everywhere needs nobody to confirm it
            assert "12366" in made.text or "登记窗口" in made.text, (topic.id, about)
        if topic.stages and not made.needs_person:
            assert "分段说" in made.text or len(made.text.encode()) <= LONGEST, (topic.id, about)
            assert made.doc_nos, (topic.id, about)
            for part in ("依据：《", "提醒："):
                assert part in made.text, (topic.id, about)
            assert made.doc_nos[0] in made.text


@pytest.mark.parametrize("topic", [t for t in TOPICS if t.stages], ids=lambda t: t.id)
def test_todays_answer_has_all_its_parts(topic: Topic) -> None:
    made = answer(topic, TODAY, None, None)
    if made.needs_person and not topic.person:
        assert "不敢乱说" in made.text
        return
    for part in ("有效期：", "依据：《", "提醒："):
        assert part in made.text
    first, last = made.valid
    assert first is None or first <= TODAY
    assert topic.gone or last is None or last >= TODAY


def boundaries() -> list[tuple[Topic, Stage]]:
    return [(topic, stage) for topic in TOPICS for stage in topic.stages if stage.quotable]


@pytest.mark.parametrize(("topic", "stage"), boundaries(), ids=lambda x: getattr(x, "id", ""))
def test_the_stage_changes_on_its_own_day(topic: Topic, stage: Stage) -> None:
    def told(on: date) -> str:
        return answer(topic, TODAY, day(on.isoformat()), None).text

    if stage.first:
        assert stage.conclusion in told(stage.first)
        assert stage.conclusion not in told(stage.first - timedelta(days=1))
    if stage.last:
        assert stage.conclusion in told(stage.last)
        after = told(stage.last + timedelta(days=1))
        is_final = stage.last > TODAY
        assert (stage.conclusion not in after) or (is_final and "还没有看到新文件" in after)


@pytest.mark.parametrize(
    ("topic_id", "on", "number"),
    [
        ("vat-threshold", "2022-03-31", "财政部 税务总局公告2021年第11号"),
        ("vat-threshold", "2022-04-01", "财政部 税务总局公告2022年第15号"),
        ("vat-threshold", "2022-12-31", "财政部 税务总局公告2022年第15号"),
        ("vat-threshold", "2023-01-01", "财政部 税务总局公告2023年第1号"),
        ("vat-threshold", "2024-01-01", "财政部 税务总局公告2023年第19号"),
        ("vat-threshold", "2025-12-31", "财政部 税务总局公告2023年第19号"),
        ("vat-threshold", "2026-01-01", "财政部 税务总局公告2026年第10号"),
        ("credit-refund", "2025-08-31", "财政部 税务总局公告2022年第14号"),
        ("credit-refund", "2025-09-01", "财政部 税务总局公告2025年第7号"),
        ("credit-refund-trade", "2022-06-30", "财政部 税务总局公告2022年第14号"),
        ("credit-refund-trade", "2022-07-01", "财政部 税务总局公告2022年第21号"),
        ("credit-refund-trade", "2025-09-01", "财政部 税务总局公告2025年第7号"),
        ("six-taxes", "2022-12-31", "财政部 税务总局公告2022年第10号"),
        ("six-taxes", "2023-01-01", "财政部 税务总局公告2023年第12号"),
        ("nev-purchase-tax", "2023-12-31", "财政部 税务总局 工业和信息化部公告2022年第27号"),
        ("nev-purchase-tax", "2024-01-01", "财政部 税务总局 工业和信息化部公告2023年第10号"),
        ("home-swap", "2023-12-31", "财政部 税务总局公告2022年第30号"),
        ("home-swap", "2025-12-31", "财政部 税务总局 住房城乡建设部公告2023年第28号"),
        ("home-swap", "2026-01-01", "财政部 税务总局 住房城乡建设部公告2026年第3号"),
        ("infant-care", "2022-12-31", "国发〔2022〕8号"),
        ("infant-care", "2023-01-01", "国发〔2023〕13号"),
        ("rd-deduction", "2022-09-30", "财政部 税务总局 科技部公告2022年第16号"),
        ("rd-deduction", "2023-01-01", "财政部 税务总局公告2023年第7号"),
        ("equipment", "2022-06-01", "财政部 税务总局公告2022年第12号"),
        ("equipment", "2024-01-01", "财政部 税务总局公告2023年第37号"),
        ("cit-small-low-profit", "2022-12-31", "财政部 税务总局公告2022年第13号"),
        ("fuel-purchase-tax", "2022-06-01", "财政部 税务总局公告2022年第20号"),
        ("services-relief", "2022-12-31", "财政部 税务总局公告2022年第11号"),
    ],
)
def test_the_day_chooses_the_document(topic_id: str, on: str, number: str) -> None:
    assert answer(BY_ID[topic_id], TODAY, day(on), None).doc_nos[0] == number


def test_a_year_the_rule_changed_in_is_told_in_parts() -> None:
    made = answer(BY_ID["vat-1pct"], TODAY, year(2022), None)
    assert "【2022年1月至3月】" in made.text
    assert "【2022年4月至12月】" in made.text
    assert "现在的规定：2026年1月1日至2027年12月31日，小规模3%减按1%" in made.text


def test_days_we_have_read_nothing_about_go_to_a_person() -> None:
    made = answer(BY_ID["vat-sell-house"], TODAY, year(2020), None)
    assert made.needs_person
    assert made.doc_nos == ()
    assert "不敢乱说" in made.text
    assert "现在的规定：2026年起" in made.text


def test_days_beyond_the_documents_are_not_promised() -> None:
    made = answer(BY_ID["vat-threshold"], TODAY, day("2028-06-01"), None)
    assert made.text.startswith("文件目前只写到2027年12月31日，2028年6月1日怎么规定，还没有看到新文件。")


def test_an_end_that_was_worked_out_is_not_told_as_written() -> None:
    made = answer(BY_ID["credit-refund-small"], TODAY, day("2022-05-01"), None)
    assert "2022年4月1日起，自2025年9月1日起废止" in made.text
    assert "2025年8月31日" not in made.text


def test_a_day_where_only_our_chain_is_cut_is_not_told_as_the_document_s() -> None:
    made = answer(BY_ID["vat-threshold"], TODAY, day("2024-06-01"), None)
    assert "有效期：自2026年1月1日起停止执行" in made.text
    early = answer(BY_ID["vat-1pct"], TODAY, day("2022-02-01"), None)
    assert "有效期：到2022年3月31日（已到期）" in early.text


@pytest.mark.parametrize("policy", [p for p in POLICIES.by_id.values() if not may_quote(p)], ids=lambda p: p.id)
def test_what_nobody_read_gives_title_and_number_only(policy: Policy) -> None:
    chains = [topic for topic in TOPICS if any(stage.policies[0] == policy for stage in topic.stages)]
    for topic in chains:
        stage = next(stage for stage in topic.stages if stage.policies[0] == policy)
        on = stage.last or stage.first or TODAY
        made = answer(topic, TODAY, day(on.isoformat()), None)
        told = re.sub(r"《.*?》(（[^）]*）)?", "", made.text.split("\n现在的规定")[0])
        assert made.needs_person
        assert AMOUNT.search(told) is None, told
        assert policy.name in made.text
        assert policy.doc_no in made.text
        if policy.valid_to:
            assert f"{policy.valid_to.year}年{policy.valid_to.month}月{policy.valid_to.day}日" not in told.replace(
                say_span(on, on), ""
            )


def test_basis_names_each_document_once_chief_first() -> None:
    threshold = POLICIES["vat-2026-small-scale-threshold"]
    said = basis([threshold, POLICIES["sta-2026-04-threshold-admin"], POLICIES["vat-2026-small-scale-1pct"]])
    assert said.count("财政部 税务总局公告2026年第10号") == 1
    assert said.index("财政部 税务总局公告2026年第10号") < said.index("国家税务总局公告2026年第4号")
    assert "全国人民代表大会常务委员会" in basis([POLICIES["vat-law-2026"]])


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2022-01-01", "2022-12-31", "2022年"),
        ("2022-05-01", "2022-05-31", "2022年5月"),
        ("2022-04-01", "2022-12-31", "2022年4月至12月"),
        ("2024-02-01", "2024-02-29", "2024年2月"),
        ("2022-05-03", "2022-05-03", "2022年5月3日"),
        ("2021-04-01", "2022-03-31", "2021年4月1日至2022年3月31日"),
    ],
)
def test_spans_are_said_shortly(first: str, last: str, said: str) -> None:
    assert say_span(date.fromisoformat(first), date.fromisoformat(last)) == said
