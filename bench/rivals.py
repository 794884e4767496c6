"""What the callback is measured against: bare Sanic, WeRoBot's own bottle view, wechatpy under Flask.

The two rivals answer every text with the same canned answer, of the length ours has, so that they pay for the callback
alone while ours also thinks. Token, key and AppID come from the environment, as for `bangban serve`.
"""

import os
import sys
from typing import Any

TOKEN = os.environ["BANGBAN_WECHAT__TOKEN"]
AES_KEY = os.environ["BANGBAN_WECHAT__ENCODING_AES_KEY"]
APP_ID = os.environ["BANGBAN_WECHAT__APP_ID"]
ANSWER = os.environ["BENCH_ANSWER"]


def bare_sanic(port: int) -> None:
    """Reads the message as JSON, answers as JSON, checks nothing: the floor under any callback in Sanic."""
    from sanic import Request, Sanic
    from sanic.response import HTTPResponse, json

    app = Sanic("bare", configure_logging=False)

    @app.post("/")
    async def echo(request: Request) -> HTTPResponse:
        message = request.json
        return json({"ToUserName": message["FromUserName"], "MsgType": "text", "Content": ANSWER})

    app.run("127.0.0.1", port, single_process=True, access_log=False, motd=False)


def werobot_bottle() -> Any:
    """WSGI: WeRoBot with its bottle view and its own cipher, sessions off (on, they write SQLite for each message)."""
    from bottle import Bottle
    from werobot import WeRoBot
    from werobot.config import Config
    from werobot.contrib.bottle import make_view

    settings = {"TOKEN": TOKEN, "APP_ID": APP_ID, "ENCODING_AES_KEY": AES_KEY, "SESSION_STORAGE": False}
    robot = WeRoBot(config=Config(settings))
    robot.add_handler(lambda _message: ANSWER, type="text")
    app = Bottle()
    app.route("/wechat", ["GET", "POST"], make_view(robot))
    return app


def wechatpy_flask() -> Any:
    """WSGI: the view of wechatpy's documentation."""
    from flask import Flask, abort, request
    from wechatpy import create_reply, parse_message
    from wechatpy.crypto import WeChatCrypto
    from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
    from wechatpy.utils import check_signature

    app, crypto = Flask("bench.rivals"), WeChatCrypto(TOKEN, AES_KEY, APP_ID)

    @app.post("/wechat")
    def wechat() -> str:
        query = request.args
        try:
            check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
            xml = crypto.decrypt_message(request.data, query["msg_signature"], query["timestamp"], query["nonce"])
        except (InvalidSignatureException, InvalidAppIdException):
            abort(403)
        reply = create_reply(ANSWER, parse_message(xml))
        sealed: str = crypto.encrypt_message(reply.render(), query["nonce"], query["timestamp"])
        return sealed

    return app


if __name__ == "__main__":
    bare_sanic(int(sys.argv[1]))
