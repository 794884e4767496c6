"""Codes of six digits by the clock (RFC 6238, with SHA-1 and 30 seconds: what every authenticator app reads)."""

import base64
import hmac
import os
import struct
from datetime import datetime
from urllib.parse import quote

from kit.secrets import is_same

SECONDS, DIGITS = 30, 6
SECRET_BYTES = 20  # as long as the digest: RFC 4226, 4
DRIFT = 1  # steps a telephone's clock may be off


def new_secret() -> str:
    """32 characters of base32."""
    return base64.b32encode(os.urandom(SECRET_BYTES)).decode()


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // SECONDS


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    return str((int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**digits).zfill(digits)


def step_of_code(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, of those about now, or None. The caller sees to it that none comes twice."""
    steps = range(step_of(now) - DRIFT, step_of(now) + DRIFT + 1)
    return next((step for step in steps if is_same(code_at(secret, step), code)), None)


def address(secret: str, name: str, issuer: str) -> str:
    """What the QR code holds."""
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?secret={secret}&issuer={quote(issuer)}"
