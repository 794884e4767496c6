"""WeChat's side of the callback, for tests: signs, seals and reads replies with the fake's own code, not with ours."""

import argparse
import asyncio
import json
import time
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import aiohttp

from tests import fake_wechat
from tests.servers import AES_KEY, APP_ID, TOKEN

CITIZEN = "oFakeUser0000000000000000001"
ACCOUNT = "gh_fake00000000"


@dataclass(frozen=True)
class Reply:
    """What came back: HTTP status, the body as sent, and the fields of the reply inside (none for `success`)."""

    status: int
    body: str
    fields: dict[str, str]
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return self.fields.get("Content", "")

    @property
    def why(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(unquote(self.headers["X-Bangban-Why"]))
        return found


@dataclass
class WeChatCaller:
    """Delivers to one callback in one mode: plain, compat or safe."""

    http: aiohttp.ClientSession
    url: str
    mode: str = "safe"
    aes_key: str = AES_KEY
    token: str = TOKEN
    app_id: str = APP_ID

    @property
    def pusher(self) -> fake_wechat.Pusher:
        options = argparse.Namespace(token=self.token, aes_key=self.aes_key, appid=self.app_id, mode=self.mode,
                                     format="xml", url=self.url, timeout=20.0)  # fmt: skip
        return fake_wechat.Pusher(self.http, options)

    def message(self, kind: str = "text", text: str = "你好", **fields: Any) -> dict[str, Any]:
        """A message as WeChat makes it, with a MsgId of its own; `fields` replace or add."""
        options = argparse.Namespace(account=ACCOUNT, text=text, event_key="KEY1")
        built: dict[str, Any] = {**fake_wechat.build(kind, CITIZEN, options), **fields}
        return built

    async def say(self, text: str, **fields: Any) -> Reply:
        return await self.send(self.message(text=text, **fields))

    async def send(self, message: dict[str, Any], **spoilt: Any) -> Reply:
        """One delivery of the message. `spoilt` replaces parts of it: when, body, or any of the query."""
        query, body = self.pusher.pack(message, **spoilt)
        return await self.post(query, body.encode())

    async def post(self, query: dict[str, str], body: bytes) -> Reply:
        async with self.http.post(self.url, params=query, data=body) as response:
            text = (await response.read()).decode()
            return Reply(response.status, text, self._read(text), dict(response.headers))

    async def together(self, message: dict[str, Any], times: int) -> list[Reply]:
        """The same message several times at once, each delivery signed and sealed anew."""
        return list(await asyncio.gather(*(self.send(message) for _ in range(times))))

    def _read(self, text: str) -> dict[str, str]:
        if not text.startswith("<xml>"):
            return {}
        root = ET.fromstring(text)
        sealed = root.findtext("Encrypt")
        if sealed is not None:
            parts = [root.findtext("TimeStamp"), root.findtext("Nonce"), sealed]
            assert root.findtext("MsgSignature") == fake_wechat.sign(self.token, *parts)
            root = ET.fromstring(fake_wechat.Cipher(self.aes_key, self.app_id).decrypt(sealed).decode())
        return {child.tag: child.text or "" for child in root}


def signed_query(token: str = TOKEN, when: float | None = None, nonce: str = "n1", **more: str) -> dict[str, str]:
    """The query of a call WeChat signed."""
    sent = str(int(time.time() if when is None else when))
    return {"signature": fake_wechat.sign(token, sent, nonce), "timestamp": sent, "nonce": nonce, **more}


@asynccontextmanager
async def calling(url: str, **how: Any) -> AsyncIterator[WeChatCaller]:
    async with aiohttp.ClientSession() as http:
        yield WeChatCaller(http, url, **how)
