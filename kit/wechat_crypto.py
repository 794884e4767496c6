"""Signature and cipher of WeChat's callbacks (developers.weixin.qq.com, message push: verification and encryption).

WeRoBot's own cipher trusts the padding byte, and takes twice the time; this one checks all that can be checked.
"""

import base64
import binascii
import hashlib
import os
import re

from cryptography.hazmat.primitives.ciphers import Cipher as AesCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

BLOCK = 32  # WeChat pads to 32 bytes, not to AES's 16
HEAD = 20  # 16 random bytes, then the message's length in 4
ENCODING_AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")
PADDING = [bytes([count]) * count for count in range(BLOCK + 1)]


class BadKey(Exception):
    """The EncodingAESKey is not 43 characters of base64. The message says the mend."""


class CannotOpen(Exception):
    """Not encrypted for us: another key, another account, or changed on the way. Never says which."""


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts: token, timestamp, nonce, and in safe mode the ciphertext."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "replace")).hexdigest()  # noqa: S324 (WeChat's choice)


class Cipher:
    """AES-256-CBC under one EncodingAESKey, for one account. The IV is the key's first half, by WeChat's definition."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        if not ENCODING_AES_KEY.fullmatch(encoding_aes_key):
            raise BadKey("EncodingAESKey 应为 43 位字母和数字，请从微信公众平台“基本配置”里重新复制")
        key = base64.b64decode(encoding_aes_key + "=")
        self._aes = AesCipher(algorithms.AES256(key), modes.CBC(key[:16]))
        self._app_id = app_id.encode()

    def seal(self, xml: str, salt: bytes = b"") -> str:
        """Base64 ciphertext. `salt` is 16 random bytes, given only to repeat a published example."""
        message = xml.encode()
        size = len(message)
        padding = PADDING[BLOCK - (HEAD + size + len(self._app_id)) % BLOCK]
        data = b"".join((salt or os.urandom(16), size.to_bytes(4, "big"), message, self._app_id, padding))
        # Whole blocks come out of `update` at once; nothing is left for `finalize`.
        return binascii.b2a_base64(self._aes.encryptor().update(data), newline=False).decode()

    def open(self, encrypt: str) -> str:
        """The message inside. Raises CannotOpen when padding, length, account or text are not exactly right."""
        try:
            sealed = binascii.a2b_base64(encrypt, strict_mode=True)
            if not sealed or len(sealed) % BLOCK:
                raise CannotOpen
            return self._message(self._aes.decryptor().update(sealed)).decode()
        except ValueError as error:  # not base64, not UTF-8
            raise CannotOpen from error

    def _message(self, data: bytes) -> bytes:
        padding = data[-1]
        end = HEAD + int.from_bytes(data[16:HEAD], "big")
        if not 1 <= padding <= BLOCK or not data.endswith(PADDING[padding]):
            raise CannotOpen
        if end > len(data) or data[end:-padding] != self._app_id:
            raise CannotOpen
        return data[HEAD:end]


class Ciphers:
    """The current key and, while a rotation lasts, the one before it."""

    def __init__(self, current: Cipher, previous: Cipher | None = None) -> None:
        self._ciphers = [current] if previous is None else [current, previous]

    def open(self, encrypt: str) -> tuple[str, Cipher]:
        """The message and the cipher that opened it, under which WeChat expects the reply. Raises CannotOpen."""
        for cipher in self._ciphers:
            try:
                return cipher.open(encrypt), cipher
            except CannotOpen:
                continue
        raise CannotOpen
