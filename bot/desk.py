"""What one worker holds in memory to answer without the database, and how it stays true."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot import conversation, late
from bot.messages import Said
from bot.notebook import Notebook
from hall.appointments import service as appointments
from hall.appointments import waiting
from hall.matters import agencies, files, life_events
from hall.matters import service as matters
from hall.matters.model import Agency, Attached, LifeEvent, Matter
from hall.notices import service as notices
from hall.places import service as places
from hall.places.calendar import PUBLISHED, Calendar
from hall.places.model import Hall
from kit import clock, keep, live, once
from kit.db import Database
from kit.live import Watch
from kit.settings import Settings
from knowledge import entries, questions
from knowledge.keeper import Keeper
from knowledge.library import Library

FRESH_SECONDS = 0.3  # six looks at the versions: a busy worker is late for a few
GONE_SECONDS = 2.0  # versions not read for longer: the database is out of reach
REMEMBERED_ANSWERS = 4096
DELIVERIES = "wechat"


@dataclass(slots=True)
class Desk:
    """The library, the hall's catalogue and calendar, who is in the middle of something, and answers given lately."""

    db: Database
    settings: Settings
    keeper: Keeper
    notebook: Notebook
    watch: Watch | None = None
    hall: Hall | None = None
    calendar: Calendar = PUBLISHED
    catalogue: tuple[Matter, ...] = ()
    withdrawn: dict[str, Matter] = field(default_factory=dict)  # what was booked of them before can still be moved
    agencies: tuple[Agency, ...] = ()
    events: tuple[LifeEvent, ...] = ()
    files: tuple[Attached, ...] = ()
    talking: set[str] = field(default_factory=set)
    news: set[str] = field(default_factory=set)  # whom something has not reached yet, or who was offered a place
    answers: dict[tuple[str, date], Said] = field(default_factory=dict)
    is_ready: bool = False

    @classmethod
    async def open(cls, db: Database, settings: Settings, watch: Watch | None = None) -> "Desk":
        """Loads the library and hangs the reloads on `watch`, which the caller starts; without one they load once."""
        library = Library.load(is_semantic=settings.knowledge.semantic)
        desk = cls.with_library(db, settings, library, watch)
        if watch is None:
            await desk.keeper.catch_up(db)
            await desk.reload_hall()
            await desk.reload_calendar()
            await desk.reload_talking()
            await desk.reload_news()
        else:
            desk.follow(watch)
            watch.hang(conversation.SCOPE, desk.reload_talking)
            watch.hang(notices.VERSION, desk.reload_news)
        desk.is_ready = True
        return desk

    @classmethod
    def with_library(cls, db: Database, settings: Settings, library: Library, watch: Watch | None = None) -> "Desk":
        """A desk that has read nothing from the database yet."""
        return cls(db, settings, Keeper(library), Notebook(library.shelf.words.normalise), watch)

    def follow(self, watch: Watch) -> None:
        """Reads anew what questions are answered from as soon as it moves."""
        watch.hang(entries.VERSION, self.reload_knowledge)
        watch.hang(matters.VERSION, self.reload_hall)
        watch.hang(places.HALLS, self.reload_hall)
        watch.hang(places.VERSION, self.reload_calendar)

    @property
    def library(self) -> Library:
        return self.keeper.library

    async def reload_knowledge(self) -> None:
        """The first time it is waited for; afterwards the library is rebuilt beside the answering."""
        if self.is_ready:
            self.keeper.refresh(self.db, self.answers.clear)
        else:
            await self.keeper.catch_up(self.db)

    async def reload_hall(self) -> None:
        async with self.db.read() as tx:
            self.hall = next((h for h in await places.halls(tx) if h.id == self.settings.hall.id), None)
            every = await matters.catalogue(tx, self.settings.hall.id, with_withdrawn=True)
            self.agencies = await agencies.agencies(tx, self.settings.hall.id)
            self.events = await life_events.events(tx, self.settings.hall.id)
            self.files = await files.files(tx, self.settings.hall.id)
        self.catalogue = tuple(matter for matter in every if not matter.is_withdrawn)
        self.withdrawn = {matter.id: matter for matter in every if matter.is_withdrawn}
        self.answers.clear()

    async def reload_calendar(self) -> None:
        self.calendar = await self.db.consult(places.calendar, self.settings.hall.id)

    async def reload_talking(self) -> None:
        async with self.db.read() as tx:
            self.talking = await conversation.open_keys(tx)

    async def reload_news(self) -> None:
        async with self.db.read() as tx:
            unanswered = await keep.keys(tx, late.SCOPE)
            self.news = unanswered | await notices.marks_untold(tx) | await waiting.marks_offered(tx)

    def has_news(self, openid: str) -> bool:
        """Whether there may be something to tell this citizen first, or an offer they may be answering."""
        return bool(self.news) and conversation.key_of(openid) in self.news

    async def is_talking(self, openid: str) -> bool | None:
        """Whether this citizen is, or may be, in the middle of something; None when the database is out of reach.

        False is certain for a message sent after the last reply: the turn that opened a conversation gave its reply
        FRESH_SECONDS after its commit (dialogue._held), and the versions read here are younger than that.
        """
        if self._is_known_to_talk(openid):
            return True
        if self.watch is None or (age := self.watch.age_seconds()) <= FRESH_SECONDS:
            return False
        # Late, as a busy worker is: one look serves all who wait for it, where asking the database is work for each.
        is_sure = age <= GONE_SECONDS and await self.watch.is_younger(FRESH_SECONDS, GONE_SECONDS - age)
        return self._is_known_to_talk(openid) if is_sure else None

    def _is_known_to_talk(self, openid: str) -> bool:
        return bool(self.talking) and conversation.key_of(openid) in self.talking

    def remember(self, key: tuple[str, date], said: Said) -> None:
        if len(self.answers) >= REMEMBERED_ANSWERS:
            self.answers.clear()
        self.answers[key] = said

    def matter(self, matter_id: str) -> Matter | None:
        return next((matter for matter in self.catalogue if matter.id == matter_id), None)

    async def sweep(self, now: datetime) -> None:
        """Forgets what has had its day: delivered answers, conversations gone quiet, names on old appointments.

        Not in the demo, where a message's own date counts as now: nothing has expired by the clock there.
        """
        if self.settings.demo.on:
            return
        keeping = self.settings.conversation
        async with self.db.tx() as tx:
            await questions.forget_people(tx, now - timedelta(days=1))
            await questions.sweep(tx, now - timedelta(days=self.settings.knowledge.question_days))
            await once.sweep(tx, DELIVERIES, now - timedelta(minutes=keeping.delivery_minutes))
            await keep.sweep(tx, late.SCOPE, now)
            if await keep.sweep(tx, conversation.SCOPE, now):
                await live.bump(tx, conversation.SCOPE)
            await notices.sweep(tx, now - timedelta(days=keeping.personal_days))
            await appointments.erase_personal(tx, clock.day_of(now) - timedelta(days=keeping.personal_days))
