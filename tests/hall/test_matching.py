"""Which matter people mean, in the words they use. The catalogue is the sample hall's: 45 matters of matters.toml."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import sample
from hall.matters.matching import matching
from hall.matters.model import Group, Matter

SAMPLE = sample.read()
CATALOGUE = sample.catalogue(
    SAMPLE, [Group(n, "shuangta", group["letter"], group["name"]) for n, group in enumerate(SAMPLE.plan["group"], 1)]
)

ONE = [
    ("注册公司", "company-registration"),
    ("开公司", "company-registration"),
    ("我想成立一家公司", "company-registration"),
    ("公司设立登记", "company-registration"),
    ("企业开办", "company-registration"),
    ("个体户办营业执照", "individual-registration"),
    ("不是公司，是个体户", "individual-registration"),
    ("开个小店", "individual-registration"),
    ("个体工商户设立", "individual-registration"),
    ("变更法人", "company-change"),
    ("公司要换个法人", "company-change"),
    ("公司要换个名字", "company-change"),
    ("股权转让", "company-change"),
    ("公司 变更 经营范围", "company-change"),
    ("营业执照变更地址", "company-change"),
    ("简易注销公司", "company-cancel-simple"),
    ("普通注销", "company-cancel-normal"),
    ("税务注销", "tax-deregistration"),
    ("开清税证明", "tax-deregistration"),
    ("开饭店要办的证", "food-business-licence"),
    ("我是开奶茶店的，办什么证", "food-business-licence"),
    ("食品经营许可证", "food-business-licence"),
    ("帮我约一下办理食品证", "food-business-licence"),
    ("餐饮许可证", "food-business-licence"),
    ("超市卖零食", "prepacked-food-filing"),
    ("预包装食品备案", "prepacked-food-filing"),
    ("开理发店要什么证", "public-place-hygiene"),
    ("宾馆卫生证", "public-place-hygiene"),
    ("公共场所卫生许可", "public-place-hygiene"),
    ("开药店", "drug-store-licence"),
    ("药品经营许可证", "drug-store-licence"),
    ("施工许可", "construction-permit"),
    ("开工证", "construction-permit"),
    ("新公司税务报到", "tax-new-taxpayer"),
    ("税务登记", "tax-new-taxpayer"),
    ("发票不够用了", "einvoice-quota"),
    ("领发票", "einvoice-quota"),
    ("数电票提额", "einvoice-quota"),
    ("代开发票", "invoice-agency"),
    ("开劳务费发票", "invoice-agency"),
    ("留抵退税", "vat-credit-refund"),
    ("增值税留抵", "vat-credit-refund"),
    ("多交了税想退", "tax-refund-overpaid"),
    ("买车交税", "vehicle-purchase-tax"),
    ("买新能源车", "vehicle-purchase-tax"),
    ("车购税", "vehicle-purchase-tax"),
    ("卖房交多少税", "second-hand-house-tax"),
    ("契税", "second-hand-house-tax"),
    ("个税汇算", "iit-annual"),
    ("个税退税", "iit-annual"),
    ("纳税信用修复", "tax-credit-repair"),
    ("给员工交社保", "unit-social-insurance"),
    ("增减员", "unit-social-insurance"),
    ("灵活就业", "flexible-employment"),
    ("自己交社保", "flexible-employment"),
    ("失业金", "unemployment-benefit"),
    ("失业了能领钱吗", "unemployment-benefit"),
    ("社保卡丢了", "social-security-card"),
    ("补一张社保卡", "social-security-card"),
    ("社会保障卡激活", "social-security-card"),
    ("我在外地看病能报销吗", "medical-offsite"),
    ("异地就医", "medical-offsite"),
    ("异地备案", "medical-offsite"),
    ("新农合怎么交", "rural-urban-medical-join"),
    ("医保缴费", "rural-urban-medical-join"),
    ("生育津贴", "maternity-allowance"),
    ("产假工资", "maternity-allowance"),
    ("二手房过户", "real-estate-transfer"),
    ("办房照", "real-estate-transfer"),
    ("房产证", "real-estate-transfer"),
    ("不动产的抵押", "real-estate-mortgage"),
    ("给孩子上户口", "household-newborn"),
    ("我家孩子刚生下来要落户", "household-newborn"),
    ("户口迁到双塔区", "household-transfer"),
    ("暂住证", "residence-permit"),
    ("取公积金", "provident-fund-withdraw"),
    ("租房提公积金", "provident-fund-withdraw"),
    ("吃低保", "subsistence-allowance"),
    ("临时救助", "temporary-relief"),
    ("老年证", "elder-card"),
    ("残疾证", "disabled-card"),
    ("残疾人补贴", "disabled-allowance"),
    ("领结婚证", "marriage-registration"),
    ("离婚", "marriage-registration"),
    ("准生证", "fertility-registration"),
    ("失业登记", "employment-business-cert"),
    ("创业贷款", "startup-loan"),
    ("打12345", "hotline-12345"),
    ("办不成事", "window-no"),
    ("俺想整个房照", "real-estate-transfer"),
    ("咋办低保", "subsistence-allowance"),
    ("上哪补社保卡", "social-security-card"),
    ("开个小饭馆", "food-business-licence"),
    ("房产过户给儿子", "real-estate-transfer"),
    ("离职提取公积金", "provident-fund-withdraw"),
    ("买房交契税", "second-hand-house-tax"),
    ("电子营业执照", "elec-licence"),
]

SEVERAL = [
    ("办营业执照", ["company-registration", "individual-registration"]),
    ("我想下周三上午预约办营业执照", ["company-registration", "individual-registration"]),
    ("办执照", ["company-registration", "individual-registration"]),
    ("我要注销", ["company-cancel-simple", "company-cancel-normal", "tax-deregistration"]),
    ("公司注销", ["company-cancel-simple", "company-cancel-normal"]),
    ("卫生许可证", ["food-business-licence", "public-place-hygiene"]),
    ("落户", ["household-newborn", "household-transfer"]),
    ("户口", ["household-newborn", "household-transfer"]),
    ("社保", ["social-security-card", "unit-social-insurance", "flexible-employment"]),
    ("医保", ["rural-urban-medical-join", "medical-offsite", "maternity-allowance"]),
    ("退税", ["tax-refund-overpaid", "vat-credit-refund", "iit-annual"]),
    ("发票", ["einvoice-quota", "invoice-agency"]),
    ("不动产登记", ["real-estate-transfer", "real-estate-mortgage"]),
    ("备案", ["prepacked-food-filing", "medical-offsite"]),
    ("食品", ["food-business-licence", "prepacked-food-filing"]),
]

NONE = [
    "",
    "？？？",
    "😀😀",
    "你好",
    "谢谢",
    "我要预约",
    "办护照",
    "办身份证",
    "驾驶证换证",
    "商标注册",
    "天气怎么样",
    "明天下午三点",
    "王小明",
    "13800000001",
    "转人工",
    "我的预约",
    "取消预约",
    "几点上班",
    "取号",
    "注销户口",
    "公积金贷款",
    "车辆过户",
    "退休",
    "小规模纳税人怎么报税",
    "纳税申报",
    "继承房产",
    "'; DROP TABLE matters; --",
]


@pytest.mark.parametrize(("text", "matter"), ONE)
def test_clear_wish_finds_its_one_matter(text: str, matter: str) -> None:
    assert [m.id for m in matching(CATALOGUE, text)] == [matter]


@pytest.mark.parametrize(("text", "matters"), SEVERAL)
def test_wish_that_may_mean_several_offers_them_all(text: str, matters: list[str]) -> None:
    assert sorted(m.id for m in matching(CATALOGUE, text)) == sorted(matters)


@pytest.mark.parametrize("text", NONE)
def test_text_without_a_matter_finds_none(text: str) -> None:
    assert matching(CATALOGUE, text) == []


@pytest.mark.parametrize("matter", CATALOGUE, ids=lambda m: m.id)
def test_every_matter_is_found_by_its_own_name(matter: Matter) -> None:
    assert matching(CATALOGUE, matter.name)[0] == matter


@pytest.mark.parametrize("matter", CATALOGUE, ids=lambda m: m.id)
def test_every_alias_leads_to_its_matter(matter: Matter) -> None:
    lost = [alias for alias in matter.aliases if matter not in matching(CATALOGUE, alias)]
    assert lost == []


def test_full_width_and_spaces_do_not_matter() -> None:
    assert [m.id for m in matching(CATALOGUE, "打　１２３４５")] == ["hotline-12345"]


def test_hall_without_matters_finds_none() -> None:
    assert matching((), "食品经营许可证") == []


@given(st.text(max_size=200))
def test_any_text_gives_at_most_five_and_never_fails(text: str) -> None:
    assert len(matching(CATALOGUE, text)) <= 5
