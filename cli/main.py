"""The console script `bangban`: 0 done, 1 refused with a sentence on stderr, 2 wrong usage."""

import argparse
import os
import sys
from collections.abc import Sequence

from cli import (
    appointments,
    calendar,
    cases,
    desk,
    doctor,
    knowledge,
    matters,
    messages,
    opening_hours,
    performance,
    places,
    progress,
    queue_rules,
    race,
    ratings,
    rules,
    schema,
    staff,
    talk,
    troubles,
    waits,
)
from cli.opening import check_url
from kit import log as logs
from kit.settings import load

FAMILIES = (
    opening_hours,
    schema,
    talk,
    progress,
    waits,
    performance,
    desk,
    cases,
    ratings,
    queue_rules,
    messages,
    staff,
    places,
    matters,
    calendar,
    appointments,
    rules,
    knowledge,
    race,
    doctor,
)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="bangban", description="帮办：政务大厅的微信前台")
    commands = made.add_subparsers(dest="command", required=True, metavar="命令")
    for family in FAMILIES:
        family.add(commands)
    return made


def main(given: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(given)
    is_debugging = os.environ.get("BANGBAN_LOG__LEVEL", "").upper() == "DEBUG"
    logs.set_up("DEBUG" if is_debugging else "ERROR")
    try:
        settings = load()
        check_url(settings.database.url)
        code: int | None = arguments.run(settings, arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `bangban … | head`: whoever read has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if is_debugging:
            raise
        print(troubles.sentence(error), file=sys.stderr)
        return 1
    return code or 0
