"""`bangban` with a clock that runs faster: HALL_HURRY="<times>,<real start>,<hall start>", all in epoch seconds.

For bench/morning.py: four hours of a hall in some minutes, everything else as it is. The patch stands at the top of
this file because each worker is a fresh process that runs it again before it imports anything of ours.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kit import clock

TIMES, REAL_START, HALL_START = (float(part) for part in os.environ["HALL_HURRY"].split(","))


def hurried() -> datetime:
    """The hall's instant."""
    return datetime.fromtimestamp(HALL_START + (time.time() - REAL_START) * TIMES, UTC)


clock.now = hurried

if __name__ == "__main__":
    from cli.main import main

    sys.exit(main())
