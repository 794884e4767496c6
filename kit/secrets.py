"""Passwords, tokens, and personal data at rest.

Personal data is sealed with AES-256-GCM under a key from the environment and found again by a keyed fingerprint, so a
stolen database shows neither. The keyring is set once at start (`use`), like logging, so that a column can seal itself.
"""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets as system
import string
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
MARK_BYTES = 4  # which key sealed it, so that an old key can be retired
READABLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no 0 O 1 I L: read aloud at a counter, typed by an old person


class SealBroken(Exception):
    """The data was sealed with a key we do not have, or was changed."""


class NoKey(Exception):
    """The keyring was never set, or the key is not 32 bytes in base64. The message says the mend."""


class Keyring:
    """Keys in order: the first seals, every one opens. `text` is base64, several separated by commas."""

    def __init__(self, text: str) -> None:
        keys = [_decode(part) for part in text.split(",") if part.strip()]
        if not keys:
            raise NoKey("没有数据密钥：请设置环境变量 BANGBAN_SECRETS__DATA_KEY（32 字节的 base64）")
        self._boxes = {hashlib.sha256(key).digest()[:MARK_BYTES]: AESGCM(key) for key in keys}
        self._first = next(iter(self._boxes))
        # The last key in the list has sealed the longest: fingerprints stay with it, or nobody would be found again.
        self._finger = hmac.digest(keys[-1], b"bangban fingerprint", "sha256")

    def seal(self, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return self._first + nonce + self._boxes[self._first].encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        box = self._boxes.get(sealed[:MARK_BYTES])
        if box is None:
            raise SealBroken("sealed with a key that is not in BANGBAN_SECRETS__DATA_KEY")
        rest = sealed[MARK_BYTES:]
        try:
            return box.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:  # ValueError: too short to hold a nonce
            raise SealBroken("the sealed data was changed") from error

    def fingerprint(self, text: str) -> str:
        """32 hex digits that stand for a personal value in a lookup; useless without the key."""
        return hmac.digest(self._finger, text.encode(), "sha256")[:16].hex()


_keyring: Keyring | None = None


def use(keyring: Keyring) -> None:
    """Sets the keyring of this process."""
    global _keyring
    _keyring = keyring


def _ring() -> Keyring:
    if _keyring is None:
        raise NoKey("the keyring was not set: call kit.secrets.use() at start")
    return _keyring


def seal(plain: str) -> bytes:
    return _ring().seal(plain.encode())


def unseal(sealed: bytes) -> str:
    return _ring().open(sealed).decode()


def fingerprint(text: str) -> str:
    return _ring().fingerprint(text)


def new_key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def keyring_from(data_key: str, key_file: str) -> Keyring:
    """The keyring of the environment, or of a local file made on first use (readable by the owner only)."""
    if data_key:
        return Keyring(data_key)
    path = Path(key_file)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path, new_key())
    return Keyring(path.read_text().strip())


def _write_once(path: Path, text: str) -> None:
    """Two workers starting at once make one file, and neither sees it half written."""
    draft = path.with_name(f"{path.name}.{system.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise NoKey("BANGBAN_SECRETS__DATA_KEY 要是 32 字节的 base64，可用 `openssl rand -base64 32` 生成")
    return key


_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """An argon2id hash; takes about 50 ms by design, so call it off the loop."""
    return _hasher.hash(password)


def is_password(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """An opaque token of 256 bits for a session; store its `token_digest`."""
    return system.token_urlsafe(32)


def token_digest(token: str) -> str:
    """64 hex digits. A token has enough entropy for a plain digest, which a stolen table cannot turn back."""
    return hashlib.sha256(token.encode()).hexdigest()


def readable_code(length: int) -> str:
    """A random code people can read aloud: 31 signs, no 0 O 1 I L."""
    return "".join(system.choice(READABLE) for _ in range(length))


def one_time_password() -> str:
    return "".join(system.choice(string.ascii_letters + string.digits) for _ in range(14))


def is_same(left: str, right: str) -> bool:
    """Compares without telling by its time how much was right; any characters."""
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))
