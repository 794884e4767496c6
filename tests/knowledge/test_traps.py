"""The fifteen traps of facts.md §2, each in several wordings, and the sample answers of §3."""

from datetime import date

import pytest

from knowledge.library import Library
from knowledge.model import Finding, Period
from tests.knowledge.conftest import TODAY, day, year

MOF_10 = "财政部 税务总局公告2026年第10号"
STA_4 = "国家税务总局公告2026年第4号"
MOF_7 = "财政部 税务总局公告2025年第7号"
STA_20 = "国家税务总局公告2025年第20号"
NEV = "财政部 税务总局 工业和信息化部公告2023年第10号"
DEC_2026 = Period(date(2026, 12, 1), date(2026, 12, 31), date(2026, 12, 31), "2026年12月")


def ask(library: Library, text: str, about: Period | None = None) -> Finding:
    found = library.find(text, TODAY, about)
    assert found.kind == "answer", (text, found.kind, found.why)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "小规模月销售额10万免税的依据是什么",
        "个体户一个月卖9万要交增值税吗",
        "小规模3%减按1%现在按哪个文件",
        "小规模1%优惠延续了吗",
        "小规模开票是一个点还是三个点",
        "小規模納稅人免征增值稅的條件",
    ],
)
def test_t1_small_scale_rests_on_2026_documents_never_on_2023_19(library: Library, text: str) -> None:
    found = ask(library, text)
    assert found.doc_nos == (MOF_10, STA_4)
    assert "2023年第19号" not in found.text
    assert "2023年第1号" not in found.text
    assert "2027年12月31日" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "2023年第19号还有效吗",
        "财政部 税务总局公告2023年第19号还能用吗",
        "小规模按23年19号文免税对不对",
        "小规模那个19号公告还能用不",
        "国家税务总局公告2023年第1号还执行吗",
    ],
)
def test_t1_citing_the_stopped_document_hears_that_it_stopped_and_what_applies(library: Library, text: str) -> None:
    found = ask(library, text)
    assert "自2026年1月1日起" in found.text
    assert "现在不能再用" in found.text
    assert found.doc_nos == (MOF_10, STA_4)


@pytest.mark.parametrize(
    "text",
    [
        "正好10万要交增值税吗",
        "一个月刚好卖10万免税吗",
        "季度正好30万交不交税",
        "月销售额10万元含不含10万",
        "一个月卖10万元要交增值税吗",
    ],
)
def test_t2_exactly_at_the_threshold_is_taxed_in_full(library: Library, text: str) -> None:
    found = ask(library, text)
    assert "达到" in found.text
    assert "全部销售额" in found.text
    assert "10万元以下（含" not in found.text
    assert "10万元以下" not in found.text
    assert found.doc_nos[0] == MOF_10


@pytest.mark.parametrize(
    "text",
    [
        "2022年小规模免征增值税现在还有吗",
        "季度45万免税现在还有吗",
        "月15万季45万的起征点还能用吗",
        "小规模阶段性免征增值税到期了吗",
    ],
)
def test_t3_the_2022_exemption_asked_today_is_over(library: Library, text: str) -> None:
    found = ask(library, text)
    assert "没有了" in found.text
    assert "2022年12月31日到期" in found.text
    assert found.doc_nos == (MOF_10, STA_4)


@pytest.mark.parametrize("text", ["2022年小规模免税政策是怎样的", "2022年小规模免征增值税", "小规模阶段性免征增值税"])
def test_t3_the_2022_exemption_asked_for_2022_is_answered_as_it_was(library: Library, text: str) -> None:
    found = ask(library, text, day("2022-08-15"))
    assert found.doc_nos == ("财政部 税务总局公告2022年第15号", "国家税务总局公告2022年第6号")
    assert "您问的是2022年8月15日的业务，按当时的政策" in found.text
    assert "季45万元" in found.text
    assert "没有延续" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "小微企业留抵退税还能按月全额退吗",
        "小微企业留抵退税取消了吗",
        "我们是小微企业留抵咋不给退了",
        "小型企业留抵还能全额退不",
    ],
)
def test_t4_small_firms_no_longer_get_all_their_credit_back_monthly(library: Library, text: str) -> None:
    found = ask(library, text)
    assert found.text.startswith("不能了")
    assert "2025年9月1日起" in found.text
    assert "50万元" in found.text
    assert found.doc_nos == (MOF_7, STA_20)


def test_t4_trades_are_told_their_own_share(library: Library) -> None:
    assert "按月退" in ask(library, "制造业留抵退税").text
    assert "60%" in ask(library, "房地产公司留抵退税比例").text
    shop = ask(library, "批发零售业留抵还能按月全额退吗")
    assert "1亿元以下部分退60%，超过1亿元部分退30%" in shop.text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2022年第17号公告是啥", ("财政部 税务总局公告2022年第17号", "国家税务总局 财政部公告2022年第17号")),
        ("2023年1号公告", ("财政部 税务总局公告2023年第1号", "国家税务总局公告2023年第1号")),
        ("2023年第6号", ("财政部 税务总局公告2023年第6号", "国家税务总局公告2023年第6号")),
        ("2023年第12号公告说的啥", ("财政部 税务总局公告2023年第12号", "国家税务总局公告2023年第12号")),
        ("2026年第10号公告", (MOF_10, "国家税务总局公告2026年第10号")),
    ],
)
def test_t5_a_number_several_issuers_gave_out_is_asked_back(
    library: Library, text: str, numbers: tuple[str, ...]
) -> None:
    found = library.find(text, TODAY)
    assert found.kind == "ask_back"
    assert len(found.suggestions) == len(numbers)
    for number, (_, said) in zip(numbers, found.suggestions, strict=True):
        assert said.startswith(number)


@pytest.mark.parametrize(
    ("text", "entry", "word"),
    [
        ("财政部 税务总局公告2022年第17号", "doc/mof-2022-17-refund-speedup", "留抵退税"),
        ("国家税务总局 财政部公告2022年第17号还有效吗", "doc/sta-2022-17-defer-more", "缓缴"),
        ("制造业缓缴2022年第17号", "doc/sta-2022-17-defer-more", "缓缴"),
        ("国家税务总局公告2023年第12号", "doc/sta-2023-12-individual-business-iit", "减免税额"),
        ("财税2023年第12号公告", "doc/mof-2023-12-small-micro", "减半"),
        ("国家税务总局公告2023年第6号", "doc/sta-2023-06-small-low-profit-admin", "按季预缴"),
    ],
)
def test_t5_the_issuer_decides_which_document_is_meant(library: Library, text: str, entry: str, word: str) -> None:
    found = library.find(text, TODAY)
    assert found.entry_id == entry
    assert word in found.text


def test_t5_a_number_of_an_issuer_we_do_not_hold_is_not_taken_for_another(library: Library) -> None:
    found = library.find("国家税务总局公告2026年第10号讲什么", TODAY)
    assert found.kind == "person"
    assert found.doc_nos == ()
    assert "不是同一个机关" in found.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("国家税务总局公告2022年第3号", "2024年12月31日到期"),
        ("国家税务总局 财政部公告2022年第2号", "自2023年2月1日起不再适用"),
        ("国家税务总局 财政部公告2022年第17号", "自2023年6月1日起不再适用"),
        ("财政部税务总局公告2023年第19号", "自2026年1月1日起停止执行"),
    ],
)
def test_t6_the_label_of_the_website_is_not_believed(library: Library, text: str, said: str) -> None:
    found = ask(library, text)
    assert said in found.text
    assert "现在不能再用" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "2026年12月买15万的电车交多少购置税",
        "新能源车购置税还免吗",
        "想买个电车购置税咋收",
        "插混的车购置税减半吗",
        "电动车还免购置税不",
    ],
)
def test_t7_electric_cars_pay_half_from_2026(library: Library, text: str) -> None:
    found = ask(library, text, DEC_2026)
    assert "减半" in found.text
    assert "1.5万元" in found.text
    assert "3万元" not in found.text
    assert found.doc_nos == (NEV,)
    assert found.valid == (date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    "text", ["燃油车购置税还减半吗", "2.0升以下车购置税减半", "汽油车购置税优惠还有没有", "2022年购置税减半延续了吗"]
)
def test_t7_the_half_rate_for_petrol_cars_is_over(library: Library, text: str) -> None:
    found = ask(library, text)
    assert "只到2022年12月31日，没有延续" in found.text
    assert "10%" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "婴幼儿照护扣除是1000块吗",
        "三岁以下孩子个税每月扣多少",
        "婴幼儿照护专项附加扣除标准",
        "家里有三岁以下孩子个税怎么扣",
    ],
)
def test_t8_infant_care_is_two_thousand(library: Library, text: str) -> None:
    found = ask(library, text)
    assert "每月2000元" in found.text
    assert "1000元" not in found.text
    assert found.doc_nos[0] == "国发〔2023〕13号"


@pytest.mark.parametrize(
    "text", ["房租增值税5%减按1.5%还对吗", "个人出租住房交多少增值税", "出租住房开票几个点", "我把房子租出去要交税不"]
)
def test_t9_rent_of_homes_is_three_reduced_to_one_and_a_half(library: Library, text: str) -> None:
    found = ask(library, text)
    assert "3%征收率减按1.5%" in found.text
    assert "月租金未达到10万元的不用交增值税（免征）" in found.text
    assert "5%减按" not in found.text
    assert found.doc_nos == (MOF_10, STA_4)


@pytest.mark.parametrize(
    "text", ["不足2年卖房增值税5%还是3%", "房子没满两年就卖要交多少增值税", "二手房满二免增值税吗", "卖房增值税"]
)
def test_t10_homes_sold_within_two_years_pay_three_per_cent(library: Library, text: str) -> None:
    found = ask(library, text)
    assert "满2年（含2年）的免征" in found.text
    assert "3%征收率全额" in found.text
    assert found.doc_nos == ("财政部 税务总局公告2025年第17号",)


@pytest.mark.parametrize(
    "text",
    ["小规模就是小型微利企业吗", "小规模和小微企业是一回事吗", "个体户是小规模吗", "小规模、小微、个体户到底啥关系"],
)
def test_t11_three_identities_are_kept_apart(library: Library, text: str) -> None:
    found = ask(library, text)
    assert found.text.startswith("不是一回事")
    assert "增值税身份" in found.text
    assert "企业所得税身份" in found.text


@pytest.mark.parametrize(
    "text", ["自然人按次起征点是300到500吗", "个人代开发票500元以下要交税吗", "按次纳税的起征点", "一天卖800要交税吗"]
)
def test_t12_the_threshold_a_time_is_one_thousand(library: Library, text: str) -> None:
    found = ask(library, text)
    assert "1000元" in found.text
    assert "500元" not in found.text
    assert found.doc_nos == (MOF_10, STA_4)


@pytest.mark.parametrize(
    "text", ["小规模能留抵退税吗", "小规模能不能申请留抵退税", "我是小规模，留抵能退不", "小规模纳税人进项能退税吗"]
)
def test_t13_small_scale_taxpayers_have_no_credit_to_refund(library: Library, text: str) -> None:
    found = ask(library, text)
    assert found.text.startswith("不能")
    assert "一般纳税人" in found.text


@pytest.mark.parametrize(
    "text", ["简易注销要多久", "简易注销要几天", "公司简易注销多长时间", "我公司简易注销多久能办下来"]
)
def test_t14_how_long_a_simple_cancellation_takes_is_left_to_the_catalogue(library: Library, text: str) -> None:
    found = ask(library, text)
    assert (found.matter, found.aspect, found.text) == ("company-cancel-simple", "days", "")


@pytest.mark.parametrize(
    "text", ["简易注销20天能办完吗", "简易注销要等20天吗", "简易注销公告期多久", "注销公示20日是啥意思"]
)
def test_t14_twenty_days_are_the_notice_not_the_time_it_takes(library: Library, text: str) -> None:
    assert ask(library, text).text.startswith("20日是公告期，不是办理时限")


@pytest.mark.parametrize(
    ("text", "about", "documents"),
    [
        ("小规模一个月卖10万要交增值税吗", year(2025), "财政部 税务总局公告2023年第19号"),
        ("我那笔小规模10万以内免税吗", day("2023-05-01"), "财政部 税务总局公告2023年第1号"),
        ("小规模3%减按1%", day("2022-02-10"), "财政部 税务总局公告2022年第15号"),
        ("小微企业留抵退税", day("2022-06-30"), "财政部 税务总局公告2022年第14号"),
        ("六税两费减半", year(2022), "财政部 税务总局公告2022年第10号"),
        ("婴幼儿照护扣除多少", year(2022), "国发〔2022〕8号"),
        ("买电车购置税", year(2025), NEV),
    ],
)
def test_t15_the_day_of_the_transaction_chooses_the_policy(
    library: Library, text: str, about: Period, documents: str
) -> None:
    found = ask(library, text, about)
    assert found.doc_nos[0] == documents
    assert "按当时的政策" in found.text


def test_sample_self_employed_selling_90000_a_month(library: Library) -> None:
    found = ask(library, "我是个体户小规模，一个月卖9万要交增值税吗？")
    assert found.text.startswith("您说的每月9万元，没有达到10万元的起征点，免征增值税。")
    for part in (
        "3%减按1%",
        MOF_10,
        STA_4,
        "2026年1月1日至2027年12月31日",
        "自行申报享受，不用备案",
        "放弃免税",
        "12366",
    ):
        assert part in found.text


def test_sample_supermarket_with_unused_credit(library: Library) -> None:
    found = ask(library, "我开超市（一般纳税人）留抵能退吗？")
    for part in (
        "A级或B级",
        "连续六个月",
        "不低于50万元",
        "60%",
        "自2025年9月1日起废止",
        "《退（抵）税申请表》",
        "10个工作日",
    ):
        assert part in found.text
    assert found.doc_nos == (MOF_7, STA_20)


def test_sample_electric_car_in_december(library: Library) -> None:
    found = ask(library, "2026年12月买15万的电车交多少购置税？", DEC_2026)
    for part in ("减半征收", "不超过1.5万元", "目录", "不含税价", "只能告诉您规则"):
        assert part in found.text
