"""Tencent's own examples (message push documentation, copied into platform.md), and what must not open."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher as AesCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from kit.wechat_crypto import BadKey, CannotOpen, Cipher, Ciphers, signature
from tests import fake_wechat

TOKEN, KEY, APP_ID = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
OTHER_KEY = "B" * 43
PUSHED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XG"
    "T740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf"
    "8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
PUSHED_MESSAGE = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
    '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
REPLIED = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="


@pytest.fixture
def cipher() -> Cipher:
    return Cipher(KEY, APP_ID)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("1714112445", "415670741"), "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
        (("1714112445", "415670741", PUSHED), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
        (("1713424427", "415670741", REPLIED), "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
    ],
)
def test_signature_is_that_of_tencents_examples(parts: tuple[str, ...], expected: str) -> None:
    assert signature(TOKEN, *parts) == expected


def test_signature_of_any_characters_is_made() -> None:
    assert len(signature("\ud800", "\x00", "不")) == 40


def test_pushed_example_opens(cipher: Cipher) -> None:
    assert cipher.open(PUSHED) == PUSHED_MESSAGE


def test_replied_example_seals(cipher: Cipher) -> None:
    assert cipher.seal('{"demo_resp":"good luck"}', salt=b"707722b803182950") == REPLIED


@given(st.text())
def test_what_is_sealed_opens_here_and_at_wechats_side(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    cipher, wechats = Cipher(KEY, APP_ID), fake_wechat.Cipher(KEY, APP_ID)
    sealed = cipher.seal(text)
    assert cipher.open(sealed) == text
    assert wechats.decrypt(sealed).decode() == text
    assert cipher.open(wechats.encrypt(text.encode())) == text


def test_two_seals_of_one_text_differ(cipher: Cipher) -> None:
    assert cipher.seal("好") != cipher.seal("好")


def sealed_raw(data: bytes) -> str:
    """Encrypts bytes as they are, padding included."""
    key = base64.b64decode(KEY + "=")
    worker = AesCipher(algorithms.AES256(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(worker.update(data) + worker.finalize()).decode()


def whole(message: bytes = b"hello", length: int | None = None, app_id: bytes = APP_ID.encode()) -> bytes:
    return b"r" * 16 + (len(message) if length is None else length).to_bytes(4, "big") + message + app_id


def padded(data: bytes) -> bytes:
    count = 32 - len(data) % 32
    return data + bytes([count]) * count


def test_raw_construction_of_these_tests_opens(cipher: Cipher) -> None:
    assert cipher.open(sealed_raw(padded(whole()))) == "hello"


@pytest.mark.parametrize(
    "data",
    [
        padded(whole())[:-1] + b"\x00",
        padded(whole())[:-1] + b"\x21",
        padded(whole())[:-2] + b"\x00" + padded(whole())[-1:],
        padded(whole(length=4)),
        padded(whole(length=6)),
        padded(whole(length=2**32 - 1)),
        padded(whole(app_id=b"wx00")),
        padded(whole(app_id=b"")),
        padded(whole(app_id=APP_ID.encode() + b"x")),
        padded(whole(message=b"\xff\xfe")),
        padded(b"short"),
        b"\x20" * 32,
        b"",
    ],
)
def test_wrong_padding_length_account_or_text_does_not_open(cipher: Cipher, data: bytes) -> None:
    with pytest.raises(CannotOpen):
        cipher.open(sealed_raw(data))


@pytest.mark.parametrize("text", ["", "A", "QUJD", "QUJD" * 16, "不是", PUSHED[:-1], PUSHED + "\n", " " + PUSHED])
def test_what_is_not_our_ciphertext_does_not_open(cipher: Cipher, text: str) -> None:
    with pytest.raises(CannotOpen):
        cipher.open(text)


def test_refusal_never_says_what_was_wrong(cipher: Cipher) -> None:
    with pytest.raises(CannotOpen) as refused:
        cipher.open(sealed_raw(padded(whole(app_id=b"wx00"))))
    assert str(refused.value) == ""


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "A" * 42 + "=", "密" * 43, "A" * 42 + "\n"])
def test_bad_key_is_refused_with_the_mend(key: str) -> None:
    with pytest.raises(BadKey, match="43 位"):
        Cipher(key, APP_ID)


def test_rotation_opens_with_either_key_and_says_which() -> None:
    new, old = Cipher(OTHER_KEY, APP_ID), Cipher(KEY, APP_ID)
    both = Ciphers(new, old)
    assert both.open(new.seal("新")) == ("新", new)
    assert both.open(old.seal("旧")) == ("旧", old)
    with pytest.raises(CannotOpen):
        Ciphers(new).open(old.seal("旧"))
    with pytest.raises(CannotOpen):
        both.open(Cipher("C" * 43, APP_ID).seal("别人"))
