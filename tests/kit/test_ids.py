from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kit.ids import (
    CREDIT_ALPHABET,
    find_phone,
    has_good_check,
    is_landline,
    mask_id,
    mask_name,
    mask_phone,
    read_credit_code,
    read_id_number,
    read_phone,
    scrub,
    with_check,
)


def an_id_number(area: str = "999999", born: str = "19000101", order: str = "000") -> str:
    """GB 11643 by its definition: Σ aᵢ·2^(i-1) ≡ 1 (mod 11), places counted from the right."""
    body = area + born + order
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body))
    return body + "0123456789X"[(1 - total) % 11]


def a_credit_code(body: str = "91000000MA0000000") -> str:
    """GB 32100 by its definition: C18 = 31 - Σ Cᵢ·3^(i-1) mod 31."""
    check = 31 - sum(CREDIT_ALPHABET.index(char) * 3**place for place, char in enumerate(body)) % 31
    return body + CREDIT_ALPHABET[check % 31]


CITIZEN = an_id_number("211300", "19000101", "000")
COMPANY = a_credit_code()
PHONE = "13800000001"

born = st.integers(0, 40_000).map(lambda days: date(1900, 1, 1) + timedelta(days=days))
id_numbers = st.builds(
    lambda day, order: an_id_number("211300", f"{day:%Y%m%d}", f"{order:03d}"), born, st.integers(0, 999)
)
bodies = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=16)
digit_bodies = st.text("0123456789", min_size=1, max_size=16)


@pytest.mark.parametrize(
    "written",
    [
        "13800000001",
        " 138 0000 0001 ",
        "138-0000-0001",
        "+86 138 0000 0001",
        "8613800000001",
        "0086-13800000001",
        "".join(chr(ord(digit) + 0xFEE0) for digit in PHONE),
        "幺三八零零零零零零零幺",
        "一三八〇〇〇〇〇〇〇一",
    ],
)
def test_phone_is_read_however_it_is_written(written: str) -> None:
    assert read_phone(written) == PHONE


@pytest.mark.parametrize(
    "written", ["", "1380000000", "138000000012", "12800000001", "0421-2000000", "12366", "手机", "👍", "1380000000a"]
)
def test_phone_refuses_what_is_not_a_mobile_number(written: str) -> None:
    assert read_phone(written) is None


@pytest.mark.parametrize(
    ("written", "fixed"),
    [
        ("0421-2000000", True),
        ("010-60000000", True),
        ("2000000", True),
        ("400-000-0000", True),
        ("+86 421 2000000", True),
        ("13800000001", False),
        ("12366", False),
        ("张三", False),
    ],
)
def test_landline_is_told_from_a_mobile(written: str, fixed: bool) -> None:
    assert is_landline(written) is fixed


@pytest.mark.parametrize(
    ("sentence", "phone"),
    [
        ("我叫王小明，电话13800000001", PHONE),
        ("王小明 138 0000 0001 明天上午", PHONE),
        ("手机号：１３８－００００－０００１。", PHONE),
        ("我的号是幺三八零零零零零零零幺啊", PHONE),
        ("第一个13800000001", PHONE),
        ("+8613800000001", PHONE),
        ("身份证" + CITIZEN, None),
        ("138000000012", None),
        ("打12366", None),
        ("没有", None),
    ],
)
def test_phone_is_found_in_a_sentence(sentence: str, phone: str | None) -> None:
    assert find_phone(sentence) == phone


@given(id_numbers)
def test_id_number_is_read(number: str) -> None:
    assert read_id_number(number) == number
    assert read_id_number(f" {number[:6]} {number[6:14]} {number[14:].lower()}") == number
    assert read_id_number("".join(chr(ord(char) + 0xFEE0) for char in number)) == number


@given(id_numbers, st.integers(0, 17), st.integers(1, 9))
def test_id_number_with_one_wrong_digit_is_refused(number: str, place: int, shift: int) -> None:
    assume(number[place] != "X")
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert read_id_number(wrong) is None


@given(id_numbers, st.integers(0, 16))
def test_id_number_with_two_digits_swapped_is_refused(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    assert read_id_number(number[:place] + number[place + 1] + number[place] + number[place + 2 :]) is None


@pytest.mark.parametrize(
    "number",
    [
        an_id_number("211300", "19000229"),  # 1900 was no leap year
        an_id_number("211300", "19001301"),
        an_id_number("211300", "18991231"),
        an_id_number("991300", "19000101"),
        "211300000101000",
        "身份证号码",
        "",
    ],
)
def test_id_number_must_have_a_province_and_a_real_birth_date(number: str) -> None:
    assert read_id_number(number) is None


@given(st.text(CREDIT_ALPHABET, min_size=9, max_size=9), st.integers(0, 999_999))
def test_credit_code_is_read(rest: str, area: int) -> None:
    code = a_credit_code(f"91{area:06d}{rest}")
    assert read_credit_code(code) == code
    assert read_credit_code(f" {code[:9].lower()} {code[9:]}") == code


@given(st.text(CREDIT_ALPHABET, min_size=9, max_size=9), st.integers(0, 17), st.integers(1, 30))
def test_credit_code_with_one_wrong_character_is_refused(rest: str, place: int, shift: int) -> None:
    code = a_credit_code("91211300" + rest)
    wrong = CREDIT_ALPHABET[(CREDIT_ALPHABET.index(code[place]) + shift) % 31]
    assert read_credit_code(code[:place] + wrong + code[place + 1 :]) is None


@given(st.text(CREDIT_ALPHABET, min_size=9, max_size=9), st.integers(0, 16))
def test_credit_code_with_two_characters_swapped_is_refused(rest: str, place: int) -> None:
    code = a_credit_code("91211300" + rest)
    assume(code[place] != code[place + 1])
    assert read_credit_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :]) is None


@pytest.mark.parametrize("code", ["", "统一社会信用代码", COMPANY[:17], COMPANY + "0", "O" + COMPANY[1:], CITIZEN])
def test_credit_code_refuses_what_is_not_one(code: str) -> None:
    assert read_credit_code(code) is None


@given(bodies)
def test_our_number_keeps_its_body_and_checks(body: str) -> None:
    number = with_check(body)
    assert number[:-2] == body
    assert number[-2:].isdigit()
    assert has_good_check(number)
    assert has_good_check(f" {number.lower()[:1]} - {number.lower()[1:]} ")


@given(st.one_of(bodies, digit_bodies), st.data())
def test_our_number_shows_any_single_wrong_character(body: str, data: st.DataObject) -> None:
    number = with_check(body)
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assume(wrong != number[place])
    assert not has_good_check(number[:place] + wrong + number[place + 1 :])


@given(st.one_of(bodies, digit_bodies), st.data())
def test_our_number_shows_any_swap_of_neighbours(body: str, data: st.DataObject) -> None:
    number = with_check(body)
    place = data.draw(st.integers(0, len(number) - 2))
    assume(number[place] != number[place + 1])
    assert not has_good_check(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


def test_our_number_may_carry_dashes() -> None:
    number = with_check("BJ-20261123-0001")
    assert number.startswith("BJ-20261123-0001")
    assert has_good_check(number)
    assert has_good_check(number.replace("-", " "))


@pytest.mark.parametrize("body", ["", "办件1", "a1", "1--2", "-1", "1 2"])
def test_our_number_refuses_a_strange_body(body: str) -> None:
    with pytest.raises(ValueError, match="body"):
        with_check(body)


@pytest.mark.parametrize("text", ["", "1", "进度", "12", "AB", "1" * 40 + "字"])
def test_our_number_check_of_nonsense_is_false(text: str) -> None:
    assert not has_good_check(text)


def test_masks_leave_enough_to_recognise() -> None:
    assert mask_name("王小明") == "王*明"
    assert mask_name("王明") == "王*"
    assert mask_name("欧阳小明") == "欧**明"
    assert mask_name("") == ""
    assert mask_phone("13842130001") == "138****0001"
    assert mask_phone("2000000") == "*******"
    assert mask_id("211300190001010001") == "21**************01"
    assert mask_id("12345") == "*****"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我电话13800000001，王", "我电话〔手机号〕，王"),
        ("138-0000-0001或者138 0000 0001", "〔手机号〕或者〔手机号〕"),
        ("+86 13800000001", "〔手机号〕"),
        ("".join(chr(ord(digit) + 0xFEE0) for digit in PHONE), "〔手机号〕"),
        ("幺三八零零零零零零零幺", "〔手机号〕"),
        (f"身份证{CITIZEN}。", "身份证〔证件号〕。"),
        (CITIZEN[:17] + "x", "〔证件号〕"),  # mistyped, and still somebody's
        (f"{CITIZEN[:6]} {CITIZEN[6:14]} {CITIZEN[14:]}", "〔证件号〕"),
        (f"税号{COMPANY}", "税号〔证件号〕"),
        (COMPANY.lower(), "〔证件号〕"),
        ("卡号6000000000000000000", "卡号〔号码〕"),
        ("卡 6000 0000 0000 0000 000", "卡 〔号码〕"),
        ("旧身份证211300000101000", "旧身份证〔号码〕"),
        ("座机0421-2000000", "座机〔电话〕"),
        (f"{PHONE},{CITIZEN},{PHONE}", "〔手机号〕,〔证件号〕,〔手机号〕"),
        (f'{{"phone": "{PHONE}"}}', '{"phone": "〔手机号〕"}'),
    ],
)
def test_scrub_hides_personal_numbers(said: str, kept: str) -> None:
    assert scrub(said) == kept


@pytest.mark.parametrize(
    "text",
    [
        "财政部 税务总局公告2026年第10号",
        "财税〔2016〕52号",
        "2026-11-23 2026-11-24",
        "2026-12-05 15:30",
        "2026-11-23T21:23:17.123+00:00",
        "20261205",
        "20261123212317",
        "月销售额100000元，全年1200000.00元",
        "1234567890123.45元",
        "0.13842130001",
        "打12366或12345",
        "票号A012",
        "1795469000000",
        "1、2、3 共3%减按1%",
    ],
)
def test_scrub_leaves_what_is_nobodys(text: str) -> None:
    assert scrub(text) == text


@given(st.text())
def test_readers_never_fail(text: str) -> None:
    read_phone(text)
    is_landline(text)
    find_phone(text)
    read_id_number(text)
    read_credit_code(text)
    has_good_check(text)
    assert scrub(scrub(text)) == scrub(text)


@given(st.text(), id_numbers, st.text())
def test_scrub_never_lets_an_id_number_through(before: str, number: str, after: str) -> None:
    assert number not in scrub(f"{before} {number} {after}")
