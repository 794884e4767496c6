from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from kit import migrate
from tests.cli.conftest import Run


def rows_left(url: str) -> dict[str, int]:
    """How many rows each table of the hall holds."""
    engine = migrate.engine(url)
    with engine.connect() as link:
        names = {"halls", "citizens", "slots", "appointments", "booking_rules", "matters", "matter_groups"}
        assert names <= set(inspect(engine).get_table_names())
        return {name: link.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar() or 0 for name in sorted(names)}


def test_race_sells_each_place_once_shows_the_control_and_leaves_nothing(run: Run, database_url: str) -> None:
    before = rows_left(database_url)
    ended = run("race", "--places", "3", "--people", "24", "--database", database_url)
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    answers = "号源上记着3个，各人得到的答复：约上了 3、已约满 21"
    assert lines[1:4] == [
        f"逐个预约：约上3个，{answers}",
        f"合并处理：约上3个，{answers}",
        "限约1个的人同时约20个时段：约上1个",
    ]
    assert lines[4].startswith("对照（先看有没有、再约上，没有保护）：卖出") and lines[4].endswith("个，超卖了。")
    assert lines[5] == "有保护：一个不多，一个不少。"
    assert rows_left(database_url) == before


def test_race_gives_an_empty_database_its_tables(run: Run, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    assert run("race", "--places", "2", "--people", "9", "--database", url).code == 0


def test_race_that_cannot_prove_anything_says_so(run: Run, sqlite_url: str) -> None:
    ended = run("race", "--places", "9", "--people", "3", "--database", sqlite_url)
    assert ended.code == 0  # everybody got a place: nothing to oversell
    assert "约上3个，号源上记着3个" in ended.out


@pytest.mark.parametrize("words", [["--places", "0"], ["--people", "many"], ["--places", "5001"]])
def test_race_with_a_senseless_number_is_wrong_usage(run: Run, words: list[str]) -> None:
    assert run("race", *words).code == 2
