"""Every staff page hung on one blueprint: a new module of pages is added here."""

from handlers.staff import account, admin, home, refusals, sign_in, trail
from handlers.staff.pages import pages

__all__ = ["account", "admin", "home", "pages", "refusals", "sign_in", "trail"]
