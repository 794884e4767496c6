"""Finding: what is answered, what is asked back, what is left to a person, and what we say we do not know."""

import gc
import weakref
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.library import Library
from knowledge.matter_questions import ANSWERED
from knowledge.model import Period
from knowledge.policies import read_toml
from knowledge.topics import Topic
from tests.knowledge.conftest import TODAY, day, year

OUT_OF_SCOPE = (Path(__file__).parent / "out_of_scope.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("text", OUT_OF_SCOPE)
def test_what_we_have_nothing_on_gets_no_answer(library: Library, text: str) -> None:
    found = library.find(text, TODAY)
    assert found.kind != "answer", (text, found.entry_id, found.why)
    assert found.doc_nos == ()


@pytest.mark.parametrize(
    "text",
    ["", "？？？", "😀😀😀", "888", "嗯嗯", "就是", "在哪里办", "  ", "' OR 1=1 --", "<xml><a/></xml>", "a" * 3000],
)
def test_thin_and_broken_sentences_get_no_answer(library: Library, text: str) -> None:
    assert library.find(text, TODAY).kind in ("ask_back", "unknown")


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("我小卖店一月能卖6万左右,要上税不", "vat-threshold"),
        ("小规模免税可以给对方开专票不", "vat-give-up"),
        ("公司付个人劳务报酬要代扣增值税不", "vat-labour-withholding"),
        ("超500万怎么转一般纳税人", "vat-general-registration"),
        ("一般纳税人月销售8万免增值税吗", "vat-general-no-threshold"),
        ("报税期是每月几号", "vat-filing-time"),
        ("减免税用不用去备案", "vat-no-filing"),
        ("新的增值税法从啥时候开始实行", "vat-law"),
        ("做批发的留抵能不能全退", "credit-refund-trade"),
        ("我们搞机械制造的留抵怎么退", "credit-refund-four"),
        ("留抵退税几天能下来", "credit-refund-steps"),
        ("纳税信用C级可以退留抵吗", "credit-refund-rating"),
        ("自家地里的苞米卖了交税吗", "vat-farm-products"),
        ("供热公司取暖费免不免增值税", "vat-heating"),
        ("城建税减半还有没有", "six-taxes"),
        ("小微企业一年利润200万企业所得税怎么交", "cit-small-low-profit"),
        ("小型微利企业得满足几个条件", "small-low-profit-conditions"),
        ("核定征收的公司能按小型微利算吗", "small-low-profit-prepay"),
        ("个体户的个税能减一半吗", "individual-business-iit"),
        ("研发费加计扣多少", "rd-deduction"),
        ("买台80万的机器能一次性进成本吗", "equipment"),
        ("家里孩子念小学个税抵多少", "child-education"),
        ("独生子女养老人一个月扣多少个税", "elder-support"),
        ("卖了旧房一年内买新房退个税", "home-swap"),
        ("年终奖单独计税还能用不", "year-end-bonus"),
        ("二套房契税", "deed-tax"),
        ("退伍兵开饭店有优惠吗", "veteran-business"),
        ("公司二十个人要交残保金吗", "disability-fund"),
        ("買新能源車還免購置稅嗎", "nev-purchase-tax"),
        ("六税二费减免", "six-taxes"),
    ],
)
def test_people_s_own_words_find_the_topic(library: Library, text: str, entry: str) -> None:
    assert library.find(text, TODAY).entry_id == entry


@pytest.mark.parametrize(
    ("text", "matter", "aspect"),
    [
        ("新生儿上户口要带什么", "household-newborn", "materials"),
        ("社保卡丢了咋补", "social-security-card", "steps"),
        ("公积金提取要多久", "provident-fund-withdraw", "days"),
        ("房子过户需要带什么", "real-estate-transfer", "materials"),
        ("开个小饭店要办什么证", "food-business-licence", "general"),
        ("施工许可证要几天", "construction-permit", "days"),
        ("代开发票在哪办", "invoice-agency", "where"),
        ("社保卡补办多少钱", "social-security-card", "fee"),
        ("个体户执照咋办", "individual-registration", "steps"),
    ],
)
def test_questions_about_matters_are_left_to_the_catalogue(
    library: Library, text: str, matter: str, aspect: str
) -> None:
    found = library.find(text, TODAY)
    assert (found.kind, found.matter, found.aspect, found.text) == ("answer", matter, aspect, "")
    assert found.entry_id == f"matter/{matter}/{aspect}"


def test_an_answer_the_matters_carry_is_told_as_usual_practice(library: Library) -> None:
    found = library.find("结婚登记还要户口本吗", TODAY)
    assert found.kind == "answer"
    assert found.matter == "marriage-registration"
    assert "新条例不再要求户口簿" in found.text
    assert "向窗口确认" in found.text


# What the matters' FAQ say on taxes is told by the topics, which name the basis.
LEFT_TO_TOPICS = {
    "vat-credit-refund",
    "vehicle-purchase-tax",
    "second-hand-house-tax",
    "iit-annual",
    "tax-credit-repair",
}


def test_every_faq_that_carries_an_answer_is_told_with_its_subject(library: Library) -> None:
    for row in read_toml("matters.toml")["matter"]:
        for number, item in enumerate(row["faq"]):
            if not ANSWERED.match(item) or row["id"] in LEFT_TO_TOPICS:
                continue
            found = library.entry(f"faq/{row['id']}/{number}", TODAY)
            first = found.text.split("\n")[0]
            assert found.matter == row["id"], item
            assert len(first) >= 10, first  # never a bare "半年。"
            assert library.find(found.question, TODAY).entry_id == found.entry_id


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("居住证多久能办下来", "matter/residence-permit/days"),
        ("居住证要住多久才能办", "faq/residence-permit/0"),
        ("失业金申请多长时间能批", "matter/unemployment-benefit/days"),
        ("失业保险要交满多久", "faq/unemployment-benefit/0"),
        ("失业金一个月多少钱", "matter/unemployment-benefit/general"),
        ("生育津贴要交满多久", "matter/maternity-allowance/general"),
        ("异地就医备案多久生效", "offsite-effective"),
        ("食品经营许可证多久能下来", "matter/food-business-licence/days"),
        ("食品经营许可证有效期多久", "faq/food-business-licence/2"),
    ],
)
def test_how_long_it_takes_is_not_how_long_it_lasts_or_must_have_lasted(
    library: Library, text: str, entry: str
) -> None:
    assert library.find(text, TODAY).entry_id == entry


def test_a_bare_number_is_asked_back_with_the_years_we_hold(library: Library) -> None:
    found = library.find("19号文还能用吗", TODAY)
    assert found.kind == "ask_back"
    assert found.suggestions[0][0] == "doc/mof-2023-19-small-scale"
    assert found.suggestions[-1][0] == "person"
    assert library.find("小规模19号文还能用吗", TODAY).entry_id == "doc/mof-2023-19-small-scale"


def test_a_story_told_before_the_question_does_not_hide_it(library: Library) -> None:
    found = library.find("我闺女去年从外地嫁过来，户口还没动，孩子刚生下来，新生儿上户口要带什么", TODAY)
    assert (found.matter, found.aspect) == ("household-newborn", "materials")


@pytest.mark.parametrize(
    ("text", "entry"),
    [("周五下午能办营业执照吗", "matter/individual-registration"), ("明天下午能不能弄残疾证", "matter/disabled-card")],
)
def test_when_somebody_means_to_come_does_not_hide_what_for(library: Library, text: str, entry: str) -> None:
    found = library.find(text, TODAY)
    assert entry in "、".join([found.entry_id, *(each for each, _ in found.suggestions)])


@pytest.mark.parametrize(
    "text",
    [
        "退税",
        "退税怎么弄",
        "我要退税",
        "减半",
        "注销",
        "怎么注销",
        "社保",
        "过户",
        "备案怎么办",
        "免税",
        "小微企业优惠政策",
        "个体户要交税吗",
        "个体户都要交什么税",
        "办营业执照要带什么",
    ],
)
def test_words_of_several_meanings_are_asked_back(library: Library, text: str) -> None:
    found = library.find(text, TODAY)
    assert found.kind == "ask_back"
    assert len(found.suggestions) >= 2
    assert all(library.entry(entry, TODAY).kind in ("answer", "person") for entry, _ in found.suggestions)


@pytest.mark.parametrize(
    ("text", "start"),
    [("个税退税怎么弄", "matter/iit-annual"), ("六税两费减半", "six-taxes"), ("税务注销", "matter/tax")],
)
def test_words_that_settle_the_meaning_are_not_asked_back(library: Library, text: str, start: str) -> None:
    found = library.find(text, TODAY)
    assert found.kind in ("answer", "suggest")
    assert (found.entry_id or found.suggestions[0][0]).startswith(start)


@pytest.mark.parametrize(
    "text", ["我这个月卖了12万3该交多少税", "帮我算算一个月卖15万交多少增值税", "我这季度开票40万得交多少税"]
)
def test_one_s_own_sum_gets_the_rule_and_a_person(library: Library, text: str) -> None:
    found = library.find(text, TODAY)
    assert (found.kind, found.needs_person) == ("person", True)
    assert "要就全部销售额缴增值税" in found.text
    assert "转人工" in found.text


@pytest.mark.parametrize(
    "text", ["税务局罚我款我不服", "我要举报有公司偷税", "饭店不给开发票我要举报", "税务局乱罚款我要起诉"]
)
def test_disputes_and_complaints_go_to_a_person(library: Library, text: str) -> None:
    found = library.find(text, TODAY)
    assert (found.kind, found.doc_nos) == ("person", ())


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("个体户一个月卖9万要交增值税吗", "您说的每月9万元，没有达到10万元的起征点，免征增值税。"),
        ("一个月卖12万要交增值税吗", "您说的每月12万元，达到了10万元的起征点，要就全部销售额缴增值税"),
        ("一个月正好卖10万要交增值税吗", "您说的每月10万元，正好达到了10万元的起征点"),
        ("一个季度卖29万要交增值税吗", "您说的每季度29万元，没有达到30万元的起征点"),
        ("一天卖800要交税吗", "您说的每次（日）800元，没有达到1000元的起征点"),
    ],
)
def test_a_sum_in_the_question_is_compared(library: Library, text: str, start: str) -> None:
    assert library.find(text, TODAY).text.startswith(start)


def test_a_sum_of_an_earlier_year_is_compared_with_that_year(library: Library) -> None:
    found = library.find("一个月卖10万要交增值税吗", TODAY, year(2024))
    assert "没有超过当时的10万元（含本数），免征增值税" in found.text
    assert found.doc_nos[0] == "财政部 税务总局公告2023年第19号"


def test_the_year_of_a_document_is_not_the_year_asked_about(library: Library) -> None:
    read_out_of_the_number = Period(date(2023, 1, 1), date(2023, 12, 31), date(2023, 12, 31), "2023年")
    found = library.find("2023年第19号还有效吗", TODAY, read_out_of_the_number)
    assert "现在不能再用" in found.text


def test_a_document_cited_for_a_day_it_governed_is_used(library: Library) -> None:
    found = library.find("2024年那笔按财政部 税务总局公告2023年第19号免税对吗", TODAY, year(2024))
    assert found.doc_nos[0] == "财政部 税务总局公告2023年第19号"
    assert "您问的是2024年的业务" in found.text


def test_every_document_cited_by_number_is_answered_within_the_limit(library: Library) -> None:
    for policy in library.shelf.policies.by_id.values():
        found = library.entry(f"doc/{policy.id}", TODAY)
        assert found.kind in ("answer", "person")
        assert len(found.text.encode()) <= 2048, policy.id
        assert policy.name in found.text


def test_every_wording_of_ours_finds_its_own_topic(library: Library) -> None:
    lost = []
    for topic in library.shelf.topics.values():
        for wording in (topic.question, *topic.variants):
            found = library.find(wording, TODAY)
            if found.entry_id != topic.id and not found.suggestions and not found.entry_id.startswith("doc/"):
                lost.append((wording, topic.id, found.entry_id, found.kind))
    assert lost == []


SAYS_IT_STOPPED = "vat-old-notice-stopped"


def test_no_answer_of_today_names_what_has_stopped(library: Library) -> None:
    def speaks_of_the_past(topic: Topic) -> bool:
        return bool(topic.gone)

    for topic in library.shelf.topics.values():
        found = library.entry(topic.id, TODAY)
        if topic.id != SAYS_IT_STOPPED:
            assert "2023年第19号" not in found.text, topic.id
        assert "10万元以下（含" not in found.text, topic.id
        for policy_id in found.policy_ids:
            policy = library.shelf.policies[policy_id]
            in_force = library.shelf.policies.in_force(policy, TODAY)
            assert in_force or speaks_of_the_past(topic) or policy.status == "unverified", (topic.id, policy_id)


def test_an_entry_picked_from_a_list_is_answered(library: Library) -> None:
    assert library.entry("vat-threshold", TODAY).doc_nos[0] == "财政部 税务总局公告2026年第10号"
    assert library.entry("vat-threshold", TODAY, day("2024-06-01")).doc_nos[0] == "财政部 税务总局公告2023年第19号"
    assert library.entry("matter/residence-permit/materials", TODAY).aspect == "materials"
    assert library.entry("faq/residence-permit/0", TODAY).text.startswith("要在这里住满半年，才能办居住证。")
    assert library.entry("person", TODAY).kind == "person"
    assert library.entry("no-such-entry", TODAY).kind == "person"


def test_the_same_question_is_remembered_by_day(library: Library) -> None:
    first = library.find("六税两费减半", TODAY)
    assert library.find("六税两费减半", TODAY) is first
    assert library.find("六税两费减半", date(2028, 1, 1)).text != first.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120))
def test_no_sentence_breaks_the_library(library: Library, text: str) -> None:
    assert len(library.find(text, TODAY).text.encode()) <= 2048


def test_a_library_that_is_put_away_is_gone_at_once(library: Library) -> None:
    """Each edit makes one of some megabytes: an hour of typing must not gather them until the collector comes."""
    gc.disable()
    try:
        made = library.with_contents(library.shelf.contents)
        made.find("小规模纳税人免增值税吗", date(2026, 3, 1))
        left = weakref.ref(made.shelf.search.index)
        del made
        assert left() is None
    finally:
        gc.enable()
