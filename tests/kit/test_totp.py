"""RFC 6238, appendix B, SHA-1."""

import base64
from datetime import UTC, datetime

import pytest

from kit import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert totp.code_at(SECRET, seconds // totp.SECONDS, digits=8) == code


def test_a_clock_half_a_minute_off_is_taken_and_two_minutes_off_is_not() -> None:
    now = datetime.fromtimestamp(1111111111, UTC)
    step = totp.step_of(now)
    near = [totp.step_of_code(SECRET, totp.code_at(SECRET, step + off), now) for off in (-1, 0, 1)]
    assert near == [step - 1, step, step + 1]
    assert totp.step_of_code(SECRET, totp.code_at(SECRET, step + 4), now) is None


def test_what_the_qr_code_holds_is_read_by_every_app() -> None:
    said = totp.address("ABC", "王 芳", "帮办")
    assert said == "otpauth://totp/%E5%B8%AE%E5%8A%9E:%E7%8E%8B%20%E8%8A%B3?secret=ABC&issuer=%E5%B8%AE%E5%8A%9E"
