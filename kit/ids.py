"""The numbers people carry: phone, 身份证, 统一社会信用代码, and the check digits of the numbers we give out.

Every reader takes what a person types (full width, spaces, dashes, small letters) and returns the plain number, or
None when it is not one. Nothing here raises on a person's input.
"""

import re
import unicodedata
from datetime import date

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"(?:0(?:10|2[0-9]|[3-9][0-9]{2}))?[2-8][0-9]{6,7}|400[0-9]{7}|800[0-9]{7}")
SPOKEN_DIGITS = "〇零一幺二两三四五六七八九"
SPOKEN = str.maketrans(SPOKEN_DIGITS, "0011223456789")

PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"  # GB/T 2260, 83 for Taiwan residents
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z

OUR_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _plain(text: str) -> str:
    """Half width, capitals, and no spaces, dots, brackets or dashes."""
    return re.sub(r"[\s\-‐-―_.·()]+", "", unicodedata.normalize("NFKC", text)).upper()


def read_phone(text: str) -> str | None:
    """A mainland mobile number as eleven digits, from 「+86 138-0000-0001」 or 「幺三八…」; a landline is None."""
    digits = re.sub(r"^(?:\+|00)?86(?=1)", "", _plain(text).translate(SPOKEN))
    return digits if MOBILE.fullmatch(digits) else None


def is_landline(text: str) -> bool:
    """Whether it reads as a fixed or 400 number, which cannot get a text message: ask for a mobile number instead."""
    digits = re.sub(r"^(?:\+|00)86", "0", _plain(text).translate(SPOKEN))
    return LANDLINE.fullmatch(re.sub(r"^00", "0", digits)) is not None


def read_id_number(text: str) -> str | None:
    """An 18-character 身份证 number (GB 11643): a province, a real birth date from 1900 on, a right check digit."""
    number = _plain(text)
    if not re.fullmatch(rf"{PROVINCE}[0-9]{{15}}[0-9X]", number) or not _has_birth_date(number):
        return None
    total = sum(int(digit) * weight for digit, weight in zip(number, ID_WEIGHTS, strict=False))
    return number if ID_CHECKS[total % 11] == number[17] else None


def _has_birth_date(number: str) -> bool:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        date(year, month, day)
    except ValueError:
        return False
    return 1900 <= year < 2100


def read_credit_code(text: str) -> str | None:
    """An 18-character 统一社会信用代码 (GB 32100-2015) with a right check character (weights 3^i, modulus 31)."""
    code = _plain(text)
    if not re.fullmatch(rf"[{CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_ALPHABET}]{{10}}", code):
        return None
    total = sum(CREDIT_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(code[:17]))
    return code if CREDIT_ALPHABET[-total % 31] == code[17] else None


def tidy_number(text: str) -> str:
    """A number of ours as it is kept, from what a person typed: capitals, digits, nothing between."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def with_check(body: str) -> str:
    """The body with two check digits behind it; the body is capital letters, digits and dashes, else ValueError.

    The formula of an ISO 7064 pure system with radix 36 and modulus 97, check digits in decimal so that they can be
    read out over the phone. The remainder moves with every wrong character and every swap of neighbours, since 97 is
    prime and divides neither a difference below 36 nor 36 - 1. MOD 11,10 and MOD 37,36 let 2 % of swaps pass.
    """
    if not re.fullmatch(r"[0-9A-Z]+(?:-[0-9A-Z]+)*", body):
        raise ValueError("a number's body is capital letters, digits and single dashes")
    return f"{body}{_check_of(body.replace('-', '')):02d}"


def has_good_check(number: str) -> bool:
    """Whether a number as somebody typed it ends in the check digits `with_check` gave it."""
    plain = _plain(number)
    if not re.fullmatch(r"[0-9A-Z]+[0-9]{2}", plain):
        return False
    return int(plain[-2:]) == _check_of(plain[:-2])


def _check_of(body: str) -> int:
    """1 to 97: what makes body · 36² + check leave 1 when divided by 97."""
    remainder = 0
    for char in body:
        remainder = (remainder * 36 + OUR_ALPHABET.index(char)) % 97
    return (1 - remainder * 36 * 36) % 97


def mask_name(name: str) -> str:
    """王小明 → 王*明, 王明 → 王*."""
    if len(name) < 3:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_phone(phone: str) -> str:
    """13800000001 → 138****0001; anything that is not a mobile number is hidden whole."""
    return f"{phone[:3]}****{phone[7:]}" if MOBILE.fullmatch(phone) else "*" * len(phone)


def mask_id(number: str) -> str:
    """Keeps two characters at either end of a 身份证 or credit code; anything shorter than 15 is hidden whole."""
    return number[:2] + "*" * (len(number) - 4) + number[-2:] if len(number) >= 15 else "*" * len(number)


# A number that begins behind a digit, or behind a decimal point, is a piece of a longer one.
_ALONE = r"(?<![0-9０-９])(?<![0-9]\.)"
_END = r"(?![0-9０-９])"
_N = "[0-9０-９]"
_GAP = r"[-－‐-― 　]?"
_SPOKEN_MOBILE = rf"(?<![{SPOKEN_DIGITS}])[一幺][三四五六七八九][{SPOKEN_DIGITS}]{{9}}(?![{SPOKEN_DIGITS}])"
_WRITTEN_MOBILE = rf"{_ALONE}(?:[+＋]?[8８][6６]{_GAP})?[1１][3-9３-９]{_N}{_GAP}{_N}{{4}}{_GAP}{_N}{{4}}{_END}"
_BIRTH = rf"[12１２]{_N}{{3}}[01０１]{_N}[0-3０-３]{_N}"
_ID_LIKE = rf"{_ALONE}[1-9１-９]{_N}{{5}}{_GAP}{_BIRTH}{_GAP}{_N}{{3}}(?:{_N}|[XxＸｘ]){_END}"
_CREDIT_LIKE = r"(?<![0-9A-Za-z])(?=[0-9]*[A-Ya-y])[0-9A-Ya-y]{2}[0-9]{6}[0-9A-Ya-y]{10}(?![0-9A-Za-z])"
_ACCOUNT_LIKE = rf"{_ALONE}(?:{_N}{{15,}}|{_N}{{4}}(?:[- ]{_N}{{4}}){{3}}(?:[- ]?{_N}{{1,3}})?){_END}"
_LANDLINE = r"(?<![0-9A-Za-z.])0(?:10|2[0-9]|[3-9][0-9]{2})[- ]?[2-8][0-9]{6,7}(?![0-9])"
_SCRUBBED = re.compile(
    rf"(?P<id>{_ID_LIKE}|{_CREDIT_LIKE})|(?P<mobile>{_WRITTEN_MOBILE}|{_SPOKEN_MOBILE})"
    rf"|(?P<account>{_ACCOUNT_LIKE})|(?P<landline>{_LANDLINE})"
)
_MARKERS = {"id": "〔证件号〕", "mobile": "〔手机号〕", "account": "〔号码〕", "landline": "〔电话〕"}
_MOBILE_IN_TEXT = re.compile(f"{_WRITTEN_MOBILE}|{_SPOKEN_MOBILE}")


def find_phone(text: str) -> str | None:
    """The first mobile number inside a sentence, as eleven digits."""
    found = _MOBILE_IN_TEXT.search(text)
    return read_phone(found.group()) if found else None


def find_id_number(text: str) -> str | None:
    """The first 身份证 number inside a sentence, if it is a right one."""
    found = re.search(_ID_LIKE, text)
    return read_id_number(found.group()) if found else None


def find_credit_code(text: str) -> str | None:
    """The first 统一社会信用代码 inside a sentence, if it is a right one."""
    found = re.search(_CREDIT_LIKE, text.upper())
    return read_credit_code(found.group()) if found else None


def scrub(text: str) -> str:
    """The text with personal numbers replaced by 〔手机号〕 〔证件号〕 〔号码〕 〔电话〕, right or mistyped alike.

    For logs and kept questions. Document numbers, dates, amounts, 12366, tickets and any digits shorter than fifteen
    that are not a phone number stay as they are.
    """
    return _SCRUBBED.sub(lambda found: _MARKERS[str(found.lastgroup)], text)


def without_papers(text: str) -> str:
    """The text with 身份证, credit code and account numbers taken out, right or mistyped alike; phones stay."""
    return _SCRUBBED.sub(lambda found: " " if found.lastgroup in ("id", "account") else found.group(), text)
