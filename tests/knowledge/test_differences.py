"""What a reviewer is shown of a change."""

from knowledge.differences import Change, changes
from tests.knowledge.entry_builders import PARKING, POLICY, staged


def test_changes_are_told_line_by_line_in_the_order_of_the_fields() -> None:
    old = PARKING | {"variants": ["停车收费吗", "车停哪"], "need": [["停车", "车位"]], "person": True}
    new = {
        "variants": ["车停哪", "有车位吗"],
        "question": "大厅停车收费吗？",
        "answer": PARKING["answer"],
        "note": "新",
    }
    assert changes(old, new) == [
        Change("question", ("大厅停车要钱吗？",), ("大厅停车收费吗？",)),
        Change("note", (), ("新",)),
        Change("variants", ("停车收费吗",), ("有车位吗",)),
        Change("need", ("停车 车位",), ()),
        Change("person", ("True",), ()),
    ]
    assert changes(old, old) == []


def test_changes_of_an_order_alone_are_told_in_full() -> None:
    assert changes({"variants": ["甲", "乙"]}, {"variants": ["乙", "甲"]}) == [
        Change("variants", ("甲", "乙"), ("乙", "甲"))
    ]


def test_changes_of_stages_follow_a_stage_to_its_new_place() -> None:
    first = {"policies": ["p-2024"], "conclusion": "免。", "conditions": ["一", "二"]}
    second = {"policies": ["p-2026"], "conclusion": "减半。"}
    earlier = {"policies": ["p-2022"], "conclusion": "全免。"}
    assert changes(staged(first, second), staged(earlier, first | {"conditions": ["一", "三"]})) == [
        Change("stages.1.policies", (), ("p-2022",)),
        Change("stages.1.conclusion", (), ("全免。",)),
        Change("stages.2.conditions", ("二",), ("三",)),
        Change("stages.2.policies", ("p-2026",), ()),
        Change("stages.2.conclusion", ("减半。",), ()),
    ]


def test_changes_of_a_policy_are_told_in_the_order_it_was_written() -> None:
    new = POLICY | {"valid_to": "2028-12-31", "issuers": ["财政部", "税务总局"], "doc_no": "2026年第10号"}
    assert changes(POLICY, new) == [
        Change("issuers", (), ("税务总局",)),
        Change("valid_to", ("2027-12-31",), ("2028-12-31",)),
        Change("doc_no", (), ("2026年第10号",)),
    ]
