"""The client of api.weixin.qq.com: one session a worker, one stable access token, no call sent twice by mistake.

Addresses of calls carry the access token or the secret, so no address and no exception of the HTTP library is ever
logged or raised.
"""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=3)
TOKEN_DEAD = {40001, 40014, 42001}
BUSY = -1
ATTEMPTS = 3
PAUSE_SECONDS = 0.2


class WeChatRefused(Exception):
    """WeChat answered with an errcode. `message` ends in WeChat's `rid`, with which its support finds the call."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code} {message}")


class WeChatUnreachable(Exception):
    """No usable answer: no connection, no answer in time, or not JSON. The call may have had its effect."""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    stale_at: float  # on the monotonic clock: ask anew from then on


@dataclass(frozen=True, slots=True)
class Phone:
    """As WeChat knows it: `number` without the country's code."""

    number: str = field(repr=False)
    country: str


class WeChatApi:
    """Calls of one account. `open` before the first call, `close` at the end."""

    def __init__(self, app_id: str, app_secret: str, api_base: str) -> None:
        self._app_id, self._app_secret, self._base = app_id, app_secret, api_base.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self._token: _Token | None = None
        self._asking = asyncio.Lock()

    @property
    def is_configured(self) -> bool:
        return bool(self._app_id and self._app_secret)

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(timeout=TIMEOUT, json_serialize=_json)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send_text(self, openid: str, text: str) -> None:
        """A customer message: at most 2,048 bytes, 5 within 48 hours of the person's message (45015, 45047).

        Never repeated after a lost answer: the person would read it twice. Raises WeChatRefused, WeChatUnreachable.
        """
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        await self._call("/cgi-bin/message/custom/send", body)

    async def check(self) -> None:
        """Asks for an access token, which proves address, AppID, AppSecret and the IP allow list. Raises as above."""
        await self._ask_token()

    async def openid_of(self, code: str) -> str:
        """Who a `wx.login` code of a mini program stands for (code2session); a code lives five minutes and serves once,
        so the call is never made again: whoever asks gets a new code first.

        The answer's session_key opens what the person's phone sends: it ends here, kept and told nowhere. Raises
        WeChatRefused (40029 no such code, 40163 used, 45011 too often, 40226 blocked), WeChatUnreachable.
        """
        query = {"appid": self._app_id, "secret": self._app_secret, "js_code": code}
        path = "/sns/jscode2session?" + urlencode(query | {"grant_type": "authorization_code"})
        openid = (await self._ask("GET", path)).get("openid")
        if not isinstance(openid, str) or not openid:
            raise WeChatUnreachable("no openid in the answer")
        return openid

    async def phone_of(self, code: str) -> Phone:
        """The phone somebody let a mini program have (getuserphonenumber). A code lives five minutes, serves once, so
        the call is made again only where WeChat would not take our token.

        Raises WeChatRefused (40029 no such code, used or too old; 45011 too often), WeChatUnreachable, also where the
        number was given to another mini program (its watermark says so).
        """
        told = (await self._call("/wxa/business/getuserphonenumber", {"code": code})).get("phone_info")
        if not isinstance(told, dict) or not isinstance(told.get("purePhoneNumber"), str):
            raise WeChatUnreachable("no phone in the answer")
        mark = told.get("watermark")
        if not isinstance(mark, dict) or mark.get("appid") != self._app_id:
            raise WeChatUnreachable("the phone was given to another app")
        return Phone(told["purePhoneNumber"], str(told.get("countryCode", "")))

    async def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A call with the access token; once more with a new token when WeChat says the old one is dead."""
        token = await self._access_token()
        try:
            return await self._post(f"{path}?access_token={token}", body)
        except WeChatRefused as refusal:
            if refusal.code not in TOKEN_DEAD:
                raise
        return await self._post(f"{path}?access_token={await self._access_token(dead=token)}", body)

    async def _access_token(self, dead: str = "") -> str:
        async with self._asking:
            held = self._token
            # Another task may have renewed it while this one was refused: only the same token is asked for again.
            if held is None or held.value == dead or time.monotonic() >= held.stale_at:
                held = self._token = await self._ask_token()
            return held.value

    async def _ask_token(self) -> _Token:
        """`stable_token` repeats one token until its last five minutes, so workers do not invalidate each other's."""
        body = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._app_secret}
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = await self._post("/cgi-bin/stable_token", body)
                return _token(answer)
            except (WeChatRefused, WeChatUnreachable) as error:
                if attempt == ATTEMPTS or (isinstance(error, WeChatRefused) and error.code != BUSY):
                    raise
            await asyncio.sleep(PAUSE_SECONDS * attempt)
        raise AssertionError("unreachable")

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return await self._ask("POST", path, body)

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        assert self._session is not None, "WeChatApi.open() was not awaited"
        try:
            async with self._session.request(method, self._base + path, json=body) as response:
                answer = await response.json(content_type=None)  # some answers come as text/plain
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            raise WeChatUnreachable(type(error).__name__) from None
        if not isinstance(answer, dict):
            raise WeChatUnreachable("not a JSON object")
        code = answer.get("errcode", 0)
        if code != 0:
            raise WeChatRefused(code if isinstance(code, int) else BUSY, str(answer.get("errmsg", "")))
        return answer


def _token(answer: dict[str, Any]) -> _Token:
    value, seconds = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(value, str) or not isinstance(seconds, int):
        raise WeChatUnreachable("no access token in the answer")
    # Five to nine minutes before the end, spread over the workers; a short-lived one is used for half its life.
    early = 300 + random.uniform(0, 240)  # noqa: S311 (spread, not secrecy)
    return _Token(value, time.monotonic() + max(seconds - early, seconds / 2))


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False)  # WeChat shows \uXXXX literally, or refuses it (40033)
