"""Prints the environment of a demo: random secrets, a database of its own, the try-it page open."""

import base64
import os
import secrets
import string

SIGNS = string.ascii_letters + string.digits


def random_text(length: int) -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(length))


def aes_key() -> str:
    """43 characters as WeChat's console makes them: base64 of 32 bytes without its `=`."""
    return base64.b64encode(os.urandom(32)).decode().rstrip("=")


def demo_env() -> dict[str, str]:
    return {
        "BANGBAN_WECHAT__APP_ID": f"wxdemo{secrets.token_hex(6)}",
        "BANGBAN_WECHAT__TOKEN": random_text(32),
        "BANGBAN_WECHAT__ENCODING_AES_KEY": aes_key(),
        "BANGBAN_SECRETS__DATA_KEY": base64.b64encode(os.urandom(32)).decode(),
        "BANGBAN_DATABASE__URL": "sqlite+aiosqlite:///var/demo.db",
        "BANGBAN_DEMO__ON": "true",
    }


if __name__ == "__main__":
    for name, value in demo_env().items():
        print(f"{name}='{value}'")
