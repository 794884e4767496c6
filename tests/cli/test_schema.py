"""`bangban migrate` and `bangban sample`, on both databases."""

from tests.cli.conftest import Run


def test_migrate_says_what_it_did_and_then_that_nothing_was_left(fresh: Run) -> None:
    first, second = fresh("migrate"), fresh("migrate")
    assert (first.code, first.out.startswith("数据库升级好了：空库 → "), first.err) == (0, True, "")
    assert (second.code, second.out.startswith("数据库已经是最新的结构（"), second.err) == (0, True, "")


def test_sample_prints_numbers_that_can_be_asked_for(fresh: Run) -> None:
    fresh("migrate")
    first, second = fresh("sample"), fresh("sample")
    assert (first.code, second.code, first.err, second.err) == (0, 0, "", "")
    cases = [line for line in first.out.splitlines() if "编号" in line and "查询码 " in line]
    assert cases == [line for line in second.out.splitlines() if "编号" in line and "查询码 " in line]
    assert len(cases) >= 5
    for line in cases:
        number, code = line.split("编号 ")[1].split("，查询码 ")
        asked = fresh("progress", number, "--code", code)
        assert (asked.code, number in asked.out) == (0, True)
