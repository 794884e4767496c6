"""All the citizens' doors, under /api/v1."""

from sanic import Blueprint

from handlers.api.appointments import appointments
from handlers.api.boards import boards
from handlers.api.files import files
from handlers.api.guide import guide
from handlers.api.ratings import ratings
from handlers.api.session import session
from handlers.api.slots import slots
from handlers.api.tickets import tickets

api = Blueprint.group(session, guide, files, slots, appointments, tickets, boards, ratings, url_prefix="/api/v1")
