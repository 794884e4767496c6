import pytest

from bot.dates import read_when
from tests.bot.written import TODAY, days

FEASTS = [
    ("元旦", "01-01"),
    ("元旦后", "01-02..01-15"),
    ("元旦前", "12-18..12-31"),
    ("春节后", "02-07..02-20"),
    ("过完年", "02-07..02-20"),
    ("除夕", "02-05"),
    ("大年三十", "02-05"),
    ("腊月三十", "02-05"),  # that month has 29 days
    ("大年初六", "02-11"),
    ("腊八", "01-15"),
    ("小年", "01-30"),
    ("腊月", "01-08..02-05"),
    ("臘月初八", "01-15"),
    ("腊月二十三", "01-30"),
    ("腊月廿三", "01-30"),
    ("正月十五", "02-20"),
    ("正月初八", "02-13"),
    ("元宵节", "02-20"),
    ("冬月初十", "12-18"),
    ("农历十一月初五", "12-13"),
    ("阴历十月二十", "11-28"),
    ("初八", "12-16"),
    ("五一", "05-01"),
    ("国庆节", "10-01"),
    ("端午", "06-09"),
    ("中秋", "09-15"),
]


@pytest.mark.parametrize(("said", "expected"), FEASTS)
def test_lunar_days_and_feasts_are_read(said: str, expected: str) -> None:
    assert read_when(said, TODAY).days == days(expected)
