import pytest

from bot.names import read_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫王小明", "王小明"),
        ("王芳 ", "王芳"),
        ("李芳，办个体户执照", "李芳"),
        ("姓名：欧阳娜娜", "欧阳娜娜"),
        ("是周涛", "周涛"),
        ("名字改成张三", "张三"),
        ("刘桂兰女士", "刘桂兰"),
        ("高明的", "高明"),
        ("阿不都热依木·买买提", "阿不都热依木·买买提"),
        ("我叫李想 办社保卡", "李想"),
        ("办事人是陈晨", "陈晨"),
    ],
)
def test_a_name_said_is_read(text: str, name: str) -> None:
    assert read_name(text, was_asked=False) == name


@pytest.mark.parametrize(
    "text",
    [
        "我是个体户",
        "好的",
        "方便",
        "上午",
        "明白了",
        "办营业执照",
        "要什么材料",
        "改到下午",
        "高兴",
        "我叫不出来",
        "预约社保卡",
        "马上来",
        "公司的",
    ],
)
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert read_name(text, was_asked=False) == ""


def test_a_rare_surname_counts_only_when_the_name_was_asked_for() -> None:
    assert read_name("乜冬冬", was_asked=False) == ""
    assert read_name("我叫乜冬冬", was_asked=True) == "乜冬冬"
    assert read_name("乜冬冬", was_asked=True) == "", "等一下 is no name either"
