"""One library for all tests of this room: loading takes about a second."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.model import Period

TODAY = date(2026, 11, 23)


def year(number: int) -> Period:
    """The whole of a year, as `bot.dates` reads 2022年."""
    return Period(date(number, 1, 1), date(number, 12, 31), date(number, 12, 31), f"{number}年")


def day(iso: str) -> Period:
    """One day."""
    on = date.fromisoformat(iso)
    return Period(on, on, on, iso)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder: Path = tmp_path_factory.mktemp("jieba")
    return Library.load(folder)
