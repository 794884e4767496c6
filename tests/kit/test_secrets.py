"""Keys, seals, passwords and codes."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import secrets
from kit.secrets import Keyring, NoKey, SealBroken

OLD, NEW = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))


@given(st.binary(max_size=200))
def test_seal_opens_to_what_was_sealed(plain: bytes) -> None:
    ring = Keyring(OLD)
    assert ring.open(ring.seal(plain)) == plain


def test_new_key_opens_what_the_old_one_sealed() -> None:
    sealed = Keyring(OLD).seal("王小明".encode())
    assert Keyring(f"{NEW}, {OLD}").open(sealed).decode() == "王小明"


def test_first_key_seals() -> None:
    sealed = Keyring(f"{NEW},{OLD}").seal(b"x")
    assert Keyring(NEW).open(sealed) == b"x"
    with pytest.raises(SealBroken, match="a key that is not in"):
        Keyring(OLD).open(sealed)


def test_fingerprint_stays_through_a_rotation() -> None:
    before, after = Keyring(OLD).fingerprint("13800000001"), Keyring(f"{NEW},{OLD}").fingerprint("13800000001")
    assert before == after
    assert (len(before), before == Keyring(NEW).fingerprint("13800000001")) == (32, False)


def test_changed_seal_is_broken() -> None:
    ring = Keyring(OLD)
    sealed = ring.seal(b"one yuan")
    for place in range(4, len(sealed)):
        with pytest.raises(SealBroken, match="was changed"):
            ring.open(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])


@pytest.mark.parametrize("length", [0, 3, 4, 10, 20])
def test_cut_seal_is_broken(length: int) -> None:
    ring = Keyring(OLD)
    with pytest.raises(SealBroken):
        ring.open(ring.seal(b"x")[:length])


@pytest.mark.parametrize("text", ["not base64!", base64.b64encode(b"short").decode(), f"{OLD},short"])
def test_bad_key_is_refused_with_the_mend_and_not_quoted(text: str) -> None:
    with pytest.raises(NoKey, match="openssl rand -base64 32") as caught:
        Keyring(text)
    assert text not in str(caught.value)


@pytest.mark.parametrize("text", ["", " , "])
def test_no_key_is_refused_with_the_variable_to_set(text: str) -> None:
    with pytest.raises(NoKey, match="BANGBAN_SECRETS__DATA_KEY"):
        Keyring(text)


def test_key_file_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "data.key"
    sealed = secrets.keyring_from("", str(path)).seal(b"x")
    assert secrets.keyring_from("", str(path)).open(sealed) == b"x"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_workers_that_start_together_make_one_key(tmp_path: Path) -> None:
    for attempt in range(20):
        path = str(tmp_path / f"{attempt}.key")
        with ThreadPoolExecutor(8) as pool:
            rings = list(pool.map(lambda _, path=path: secrets.keyring_from("", path), range(8)))  # type: ignore[misc]
        assert {ring.fingerprint("x") for ring in rings} == {rings[0].fingerprint("x")}


def test_key_of_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    assert secrets.keyring_from(OLD, str(path)).fingerprint("x") == Keyring(OLD).fingerprint("x")
    assert not path.exists()


def test_password_is_known_again_and_a_wrong_one_is_not() -> None:
    hashed = secrets.hash_password("春风又绿江南岸")
    assert hashed.startswith("$argon2id$")
    assert secrets.is_password(hashed, "春风又绿江南岸")
    assert not secrets.is_password(hashed, "春风又绿江南")
    assert not secrets.is_password("not a hash", "春风又绿江南岸")


def test_codes_can_be_read_aloud() -> None:
    codes = [secrets.readable_code(6) for _ in range(500)]
    assert len(set(codes)) == 500
    assert not set("".join(codes)) & set("01OIL")


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {secrets.new_token() for _ in range(100)}
    assert (len(tokens), {len(token) for token in tokens}) == (100, {43})
    assert len(secrets.token_digest(tokens.pop())) == 64


@pytest.mark.parametrize(
    ("left", "right", "same"), [("码", "码", True), ("a", "b", False), ("", "a", False), ("\ud800", "?", True)]
)
def test_comparison_takes_any_characters(left: str, right: str, same: bool) -> None:
    assert secrets.is_same(left, right) is same
