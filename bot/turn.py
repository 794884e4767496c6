"""One held turn: the transaction, the citizen, the conversation and the sentence, as the errands need them."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.conversation import Conversation
from bot.desk import Desk
from bot.intents import Wish
from bot.messages import Why
from hall.citizens import service as citizens
from hall.citizens.model import Citizen
from hall.matters.model import Matter
from hall.places.model import Hall
from kit import clock
from kit.db import Tx


@dataclass(slots=True)
class Turn:
    tx: Tx
    desk: Desk
    openid: str
    talk: Conversation
    text: str  # plain: see bot.intents
    wish: Wish
    now: datetime
    why: Why
    raw: str = ""  # as it was sent

    @property
    def today(self) -> date:
        return clock.day_of(self.now)

    @property
    def hall(self) -> Hall:
        assert self.desk.hall is not None, "errands need a hall: dialogue checks it first"
        return self.desk.hall

    @property
    def choice(self) -> int:
        return self.wish.choice

    def matter(self, matter_id: str) -> Matter | None:
        return self.desk.matter(matter_id)

    def matter_under_way(self) -> Matter | None:
        """Of the booking that is filled in. What is only moved may be of a matter that was withdrawn since."""
        form = self.talk.form
        return self.matter(form.matter_id) or (self.desk.withdrawn.get(form.matter_id) if form.moving else None)

    async def citizen(self) -> Citizen:
        return await citizens.meet(self.tx, self.openid, self.now)
