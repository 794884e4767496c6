import pytest

from kit import passwords


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "密码至少要10个字符"),
        ("x" * 129, "密码最多128个字符"),
        ("王芳的密码是什么呢呢", "不要带自己的姓名"),
        ("1234567890", "太容易被猜到"),
        ("password123", "太容易被猜到"),
        ("qwertyuiop", "太容易被猜到"),
        ("aaaaaaaaaaaa", "太容易被猜到"),
    ],
)
async def test_a_weak_password_is_refused_with_the_reason(password: str, said: str) -> None:
    assert said in (await passwords.why_weak(password, ["王芳"]) or "")


@pytest.mark.parametrize("password", ["橘子 台阶 晚风 四十二", "Tm7k-pqzo-VbnA", "x9" * 3 + "correct horse"])
async def test_a_long_one_needs_neither_capitals_nor_signs(password: str) -> None:
    assert await passwords.why_weak(password, ["王芳"]) is None


async def test_nobody_has_no_password() -> None:
    kept = await passwords.hashed("橘子 台阶 晚风")
    assert await passwords.is_right(kept, "橘子 台阶 晚风")
    assert not await passwords.is_right(kept, "橘子 台阶 晚霞")
    assert not await passwords.is_right(None, "橘子 台阶 晚风")
