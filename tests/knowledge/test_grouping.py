"""Questions about one thing come together, and an editor's different things stay apart."""

import random
import subprocess
import sys
import time

import pytest

from knowledge.grouping import central, grouped, likeness

CAR_TAX = [
    "车船税怎么交",
    "车船税在哪里交",
    "车船税多少钱一年",
    "我的车的车船税去哪交",
    "车船税没交怎么办",
    "什么是车船税",
    "交强险里面带车船税吗",
    "车船税能网上缴吗",
    "新买的车车船税咋算",
    "摩托车要不要交车船税",
]
PARKING = "停车费怎么收"


def test_grouped_brings_ten_ways_to_ask_together_and_leaves_another_thing_alone() -> None:
    assert grouped([PARKING, *CAR_TAX]) == [list(range(1, 11)), [0]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("营业执照怎么办", "怎么办理营业执照"),
        ("公司注销要什么材料", "注销公司需要哪些材料"),
        ("新生儿上户口", "新生儿上户口需要带什么"),
        ("失业金能领多久", "失业金领几个月"),
        ("个税怎么申报", "怎么申报个人所得税"),
    ],
)
def test_grouped_takes_one_thing_in_other_words_for_one(one: str, other: str) -> None:
    assert grouped([one, other]) == [[0, 1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("印花税怎么交", "车船税怎么交"),
        ("公司注销要什么材料", "公司注册要什么材料"),
        ("医保怎么报销", "社保怎么报销"),
        ("个税怎么申报", "增值税怎么申报"),
        ("结婚证怎么办", "离婚证怎么办"),
        ("身份证丢了怎么办", "居住证丢了怎么办"),
        ("我的手机号〔手机号〕怎么换", "〔手机号〕是你们的号吗"),
    ],
)
def test_grouped_keeps_two_things_in_the_same_words_apart(one: str, other: str) -> None:
    assert grouped([one, other]) == [[0], [1]]


def test_likeness_is_the_same_both_ways_and_one_only_for_the_same_text() -> None:
    texts = [*CAR_TAX, PARKING, "税", ""]
    for one in texts:
        for other in texts:
            assert likeness(one, other) == likeness(other, one)
            assert 0.0 <= likeness(one, other) <= 1.0
            assert (likeness(one, other) == 1.0) == (one == other)


def test_grouped_puts_every_text_in_one_group_the_biggest_first() -> None:
    texts = ["残疾证怎么办", *CAR_TAX[:3], "残疾证怎么办", "", "税", "税"]
    groups = grouped(texts)
    assert groups == [[1, 2, 3], [0, 4], [6, 7], [5]]
    assert grouped([]) == []


def test_grouped_still_brings_a_thing_together_that_half_the_town_asks() -> None:
    """A pair of characters in most texts is no reason to overlook it."""
    crowd = [
        f"{before}{said}" for said in CAR_TAX[:6] for before in ("", "城东", "城西", "大爷", "外地", "货车", "面包车")
    ]
    assert len(grouped([*crowd * 10, *(f"第{n}号窗口" for n in range(50))])[0]) == len(crowd) * 10


def test_grouped_says_the_same_in_another_process() -> None:
    """Sets of characters come in another order there."""
    script = f"from knowledge.grouping import grouped; print(grouped({[PARKING, *CAR_TAX]!r}, 0.7))"
    said = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("1", "2", "3")
    }
    assert said == {str(grouped([PARKING, *CAR_TAX], 0.7))}


def test_grouped_takes_five_thousand_texts_in_a_few_seconds() -> None:
    spin = random.Random(3)
    common = "车船税停费医保社公司注销册身份证办理营业执照申请怎么在哪里要什么材料多少钱"
    texts = ["".join(spin.choice(common + chr(spin.randrange(0x4E00, 0x59B8))) for _ in range(12)) for _ in range(5000)]
    assert len(set(texts)) == 5000
    began = time.process_time()
    assert sorted(index for group in grouped(texts) for index in group) == list(range(5000))
    assert time.process_time() - began < 4  # between one and two on two cores of our own, and these are the worst


def test_central_is_the_text_the_others_gather_around() -> None:
    told = ["我在城西开了家小店车船税到底应该去哪里交啊", "车船税去哪里交", "车船税在哪交", "交强险带车船税吗"]
    assert central(told) == 1
    assert central(["停车费", "车船税", "车船税"]) == 1
    assert central(["停车费"]) == 0
    with pytest.raises(ValueError):
        central([])
