"""All the citizens' doors, under /api/v1."""

from sanic import Blueprint

from handlers.api.appointments import appointments
from handlers.api.ask import ask
from handlers.api.boards import boards
from handlers.api.cases import cases
from handlers.api.devices import devices
from handlers.api.files import files
from handlers.api.guide import guide
from handlers.api.me import me
from handlers.api.policies import policies
from handlers.api.progress import progress
from handlers.api.ratings import ratings
from handlers.api.session import session
from handlers.api.slots import slots
from handlers.api.tickets import tickets
from handlers.api.waits import waits

api = Blueprint.group(
    *(session, me, guide, files, ask, policies),
    *(slots, appointments, tickets, waits, boards, cases, progress, ratings, devices),
    url_prefix="/api/v1",
)
