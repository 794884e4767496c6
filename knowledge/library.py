"""The live index of this worker: a sentence and a day in, a finding out. In memory; no database."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from knowledge import answers, choices, clauses, documents, matter_questions, phrases, sales
from knowledge.content import Content, Kind
from knowledge.matching import OFFERED, Hit
from knowledge.model import BusinessPeriod, Finding, Period, days_asked_about
from knowledge.policies import Policy
from knowledge.shelf import Shelf, load_shelf

REMEMBERED = 8192  # answers kept: the same hot questions come all day
TOPICAL = 0.30  # a sentence that cites a document is about a topic from this chance on
SOLD_AT = 0.10  # a sum of sales is for a topic that compares sums from this chance on
OFFER_AT = 0.06  # what is offered beside the best one is at least this likely; two are offered at the least
NAMED_ANSWER_AT, NAMED_LEAD = 0.30, 0.12  # a matter called by its name, of which one side is asked
ALIKE_AT = 0.25  # a topic and a matter that fit about alike
BY_PERIOD, BY_TIME = "vat-threshold", "vat-per-time"
TAXED = re.compile(r"税|交|缴|免|小规模|起征点")
OTHER_PAYER = re.compile(
    r"一般纳税人|个税|个人所得税|所得税|购置税|契税|印花税|留抵|社保|公积金|残保金|电费|水费|租|物业|个点|%|专票|500万"
)
NAMED = 2  # of the whole sentence's best entries, those a clause may settle on
UNSURE = 0.45  # the chance of each of several things one sentence asks: they are offered, not answered
NO_HIT = Hit("", 0.0, "", "")
MOST_CHOICES = 4
DOC, MATTER = "doc/", "matter/"
OWN_CASE = re.compile(
    r"(帮|给|替)(我|我们|俺)?(核?算|看看.*多少)|(?<!核)算算(?!不|小)|算一下|算一算|"
    r"(我|我们|俺).{0,8}(这个?月|上个?月|本月|这个?季度|上个?季度|今年|去年).{0,14}(交|缴|补|退)多少|我这?.{0,12}(该|得)(交|缴|补|退)多少"
)
DISPUTE = re.compile(
    r"(被|给我|罚了我|罚我).{0,4}罚(?!过)|不服|行政复议|举报|投诉|稽查(局|来|找)|"
    r"(?:税|发票|大厅|窗口).*(?:起诉|打官司|仲裁)"
)


class Library:
    """Answers questions. Built once per snapshot of the knowledge; safe to share, nothing in it changes.

    What it remembers stands in a plain dictionary and not in a cache around its own method: nothing of it refers back
    to it, so one that is put away is gone at once, and its arrays do not wait for the collector.
    """

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._remembered: dict[tuple[str, date, Period | None], Finding] = {}

    @classmethod
    def load(cls, cache_folder: Path | None = None, *, is_semantic: bool = False) -> "Library":
        """The library of the data files. `is_semantic` as in knowledge.shelf.load_shelf."""
        return cls(load_shelf(cache_folder, is_semantic))

    def with_contents(self, contents: Mapping[tuple[Kind, str], Content]) -> "Library":
        """The library of other contents (Shelf.with_contents). Takes its time: run it off the loop."""
        return Library(self.shelf.with_contents(contents))

    def find(self, text: str, today: date, about: BusinessPeriod | None = None) -> Finding:
        """What we have to say to a sentence. `about` is the day of the transaction it speaks of, when it names one."""
        asked = (text.strip(), today, _period(about))
        if (known := self._remembered.get(asked)) is not None:
            return known
        found = self._find(*asked)
        if len(self._remembered) >= REMEMBERED:
            self._remembered.clear()
        self._remembered[asked] = found
        return found

    def entry(self, entry_id: str, today: date, about: BusinessPeriod | None = None) -> Finding:
        """The answer of one entry, as when a citizen picks a suggestion; `<id>/<aspect>` is one side of a matter."""
        if entry_id.startswith(DOC):
            policy = self.shelf.policies.by_id.get(entry_id.removeprefix(DOC))
            return self._document(policy, today, None, {}) if policy else self._to_person(today)
        if entry_id in self.shelf.topics:
            return self._topic(entry_id, "", today, _period(about), 1.0)
        if entry_id in self.shelf.matters:
            return self._matter(entry_id, "general", today, _period(about), 1.0)
        whole, _, aspect = entry_id.rpartition("/")
        if aspect in matter_questions.ASPECT_SAYS:
            return self._matter(whole, aspect, today, _period(about), 1.0)
        return self._to_person(today)

    def _find(self, text: str, today: date, about: Period | None) -> Finding:
        plain = documents.in_digits(self.shelf.words.mend(self.shelf.words.plain(text)))
        cited = documents.find_by_doc_no(self.shelf.policies, plain, about.start.year if about else None)
        if cited:
            return self._cited(plain, cited[0], today, _outside_citations(plain, cited, about))
        normal = self.shelf.words.normalise(text)
        undated = self.shelf.words.normalise(clauses.undated(plain, about.said if about else ""))
        if choice := choices.unclear(self.shelf.fixtures.choices, normal) or choices.unclear(
            self.shelf.fixtures.choices, undated
        ):
            return self._ask_back(choice, plain, today, about)
        if (sold := sales.read_sales(plain)) and TAXED.search(plain) and not OTHER_PAYER.search(plain):
            return self._sold(text, plain, sold, today, about)
        return self._search(text, plain, normal, today, about)

    def _search(self, text: str, plain: str, normal: str, today: date, about: Period | None) -> Finding:
        hits = self._of_these_days(self._best_hits(text, plain, about), today, about)
        why = {"normalised": normal, "candidates": [(hit.entry_id, hit.score, hit.unmatched) for hit in hits]}
        decision = self.shelf.search.decide(hits)
        if self.shelf.search.is_number(text) or (decision != "answer" and self.shelf.search.is_thin(text)):
            return Finding("ask_back", today, text=phrases.THIN, why=why)
        if decision != "answer" and (DISPUTE.search(plain) or OWN_CASE.search(plain)):
            return replace(self._to_person(today), why=why)
        if decision == "unknown":
            return Finding("unknown", today, confidence=hits[0].score if hits else 0.0, why=why)
        if decision in ("answer", "suggest") and (matter := self._at_the_counter(hits, plain, decision)):
            side = matter_questions.read_aspect(plain)
            return replace(self._matter(matter.entry_id, side, today, about, matter.score), why=why)
        if decision == "suggest":
            return replace(self._suggest(hits, plain, today), why=why)
        entry_id, score = hits[0].entry_id, hits[0].score
        if entry_id in self.shelf.topics:
            return replace(self._topic(entry_id, plain, today, about, score), why=why)
        return replace(self._matter(entry_id, matter_questions.read_aspect(plain), today, about, score), why=why)

    def _of_these_days(self, hits: list[Hit], today: date, about: Period | None) -> list[Hit]:
        """The hits that may be told of the days asked about. One that is surely meant and may not is said to be out of
        its days, unless something near it holds: last year's answer beside this year's.
        """
        asked = days_asked_about(about, today)
        holding = [hit for hit in hits if self.shelf.holds(hit.entry_id, asked)]
        decide = self.shelf.search.decide
        return hits[:1] + holding if decide(hits) == "answer" and decide(holding) == "unknown" else holding

    def _best_hits(self, text: str, plain: str, about: Period | None) -> list[Hit]:
        """The hits of the whole sentence; where they settle nothing, of it without its dates, and of its clauses.

        People tell their story before they ask. So a clause, or two that follow each other, count where they fit by
        themselves, as an answer: one and the same for all of them that do, else each is offered.
        """
        search = self.shelf.search
        hits = search.find(text)
        if search.decide(hits) == "answer":
            return hits
        undated = clauses.undated(plain, about.said if about else "")
        again = search.find(undated) if undated != plain else hits
        if search.decide(again) == "answer":
            return again
        named = {hit.entry_id for hit in hits[:NAMED]}
        fitting: dict[str, Hit] = {}
        normalise, quick = self.shelf.words.normalise, self.shelf.quick
        searched = {normalise(text), normalise(undated)}
        for part in clauses.asking(undated):
            if (normal := normalise(part)) in searched:  # a third are: two clauses are the sentence without its commas
                continue
            searched.add(normal)
            found = quick.find(part)
            if quick.decide(found) == "answer" and found[0].entry_id in named:
                best = found[0]
                if best.score > fitting.get(best.entry_id, NO_HIT).score:
                    fitting[best.entry_id] = best
        if len(fitting) == 1:
            return list(fitting.values())
        if fitting:
            return [
                replace(hit, score=min(hit.score, UNSURE)) for hit in sorted(fitting.values(), key=_sure, reverse=True)
            ]
        return again if search.decide(hits) == "unknown" else hits

    def _at_the_counter(self, hits: list[Hit], plain: str, decision: str) -> Hit | None:
        """The matter to tell of, where the question is plainly for the hall's catalogue.

        Either it is named, stands out, and one side of it is asked; or it and a topic fit alike, and what is asked
        stands in the catalogue only.
        """
        aspect = matter_questions.read_aspect(plain)
        first, second = hits[0], hits[1] if len(hits) > 1 else None
        if first.exact:
            return None
        is_named = first.entry_id.startswith(MATTER) and first.is_topical and first.score >= NAMED_ANSWER_AT
        lead = first.score - (second.score if second else 0.0)
        if decision == "suggest" and is_named and aspect != "general" and lead >= NAMED_LEAD:
            return first
        if second is None or second.score < ALIKE_AT or aspect not in ("materials", "where", "fee"):
            return None
        pair = {hit.entry_id.startswith(MATTER): hit for hit in (first, second)}
        return pair[True] if len(pair) == 2 and pair[False].entry_id in self.shelf.topics else None

    def _sold(self, text: str, plain: str, sold: sales.Sales, today: date, about: Period | None) -> Finding:
        """A sum of sales was named and tax asked about: the topic that compares sums, whatever the wording."""
        hits = self.shelf.search.find(text)
        comparing = (hit for hit in hits if hit.entry_id in self.shelf.topics and hit.score >= SOLD_AT)
        fitting = next((hit for hit in comparing if self.shelf.topics[hit.entry_id].compares_sales), None)
        topic_id = fitting.entry_id if fitting else BY_TIME if sold.span == "time" else BY_PERIOD
        why = {"sales": f"{sold.yuan}元/{sold.span}", "candidates": [(hit.entry_id, hit.score) for hit in hits]}
        return replace(self._topic(topic_id, plain, today, about, fitting.score if fitting else 0.9), why=why)

    def _topic(self, topic_id: str, plain: str, today: date, about: Period | None, score: float) -> Finding:
        topic = self.shelf.topics[topic_id]
        made = answers.answer(topic, today, about, sales.read_sales(plain) if plain else None)
        own_case = bool(OWN_CASE.search(plain) or DISPUTE.search(plain)) and bool(topic.stages)
        text = f"{phrases.CASE_FIRST}{made.text}{phrases.CASE_END}" if own_case else made.text
        needs_person = made.needs_person or own_case
        return Finding(
            kind="person" if needs_person else "answer",
            on=about.day if about else today,
            entry_id=topic_id,
            question=topic.question,
            text=text,
            doc_nos=made.doc_nos,
            policy_ids=tuple(policy.id for policy in made.policies),
            valid=made.valid,
            confidence=score,
            needs_person=needs_person,
        )

    def _matter(self, entry_id: str, aspect: str, today: date, about: Period | None, score: float) -> Finding:
        found = self.shelf.matters.get(entry_id)
        if found is None:
            return self._to_person(today)
        told = Finding("answer", today, entry_id, found.name, valid=found.valid, confidence=score, matter=found.matter)
        asked = days_asked_about(about, today)
        if not found.holds(asked):
            said = answers.not_of_these_days(asked, found.valid).text
            return replace(told, kind="person", on=about.day if about else today, text=said, needs_person=True)
        if found.answer:
            return replace(told, text=phrases.FAQ_TYPICAL.format(answer=found.answer))
        question = matter_questions.ASPECT_SAYS[aspect].format(name=found.name)
        return replace(told, entry_id=f"{entry_id}/{aspect}", question=question, aspect=aspect)

    def _suggest(self, hits: list[Hit], plain: str, today: date) -> Finding:
        near = [hit for hit in hits[:OFFERED] if hit.score >= OFFER_AT]
        best = near if len(near) > 1 else hits[:2]
        options = tuple(self._option(hit.entry_id, plain) for hit in best)
        return Finding("suggest", today, suggestions=options, confidence=hits[0].score)

    def _option(self, entry_id: str, plain: str) -> tuple[str, str]:
        if entry_id in self.shelf.topics:
            return entry_id, self.shelf.topics[entry_id].question
        found = self.shelf.matters[entry_id]
        if found.answer:
            return entry_id, found.entry.question
        aspect = matter_questions.read_aspect(plain)
        return f"{entry_id}/{aspect}", matter_questions.ASPECT_SAYS[aspect].format(name=found.name)

    def _ask_back(self, choice: choices.Choice, plain: str, today: date, about: Period | None) -> Finding:
        asked = days_asked_about(about, today)
        aspect = matter_questions.read_aspect(plain)
        options = tuple(
            (f"{entry}/{aspect}" if entry.startswith(MATTER) else entry or "person", say)
            for say, entry in choice.options
            if not entry or self.shelf.holds(entry, asked)
        )
        return Finding("ask_back", today, text=choice.ask, suggestions=options)

    def _to_person(self, today: date) -> Finding:
        return Finding("person", today, text=phrases.CASE_PERSON, needs_person=True)

    def _cited(self, plain: str, cited: documents.Cited, today: date, about: Period | None) -> Finding:
        said = cited.citation.said
        rest = _without(plain, [cited])
        hits = self.shelf.search.find(rest) if rest else []
        why = {"cited": said, "fits": cited.doc_nos, "candidates": [(hit.entry_id, hit.score) for hit in hits]}
        if not cited.policies:
            cited = self._by_number_alone(plain, cited, hits)
        if not cited.policies:
            return replace(self._uncited(plain, cited, today), why=why)
        fitting, is_settled = self._meant(cited, hits)
        numbers = tuple(dict.fromkeys(policy.doc_no for policy in fitting))
        if not cited.citation.issuers and not is_settled:
            numbers += tuple(
                self.shelf.fixtures.other_issuers[n] for n in numbers if n in self.shelf.fixtures.other_issuers
            )
        if len(numbers) > 1:
            return replace(self._which(said, numbers, cited, today), why=why)
        policy, topic_id = self._told_by(fitting, hits)
        return replace(self._document(policy, today, about, why, topic_id, plain), why=why)

    def _by_number_alone(self, plain: str, cited: documents.Cited, hits: list[Hit]) -> documents.Cited:
        """ "小规模那个19号公告": a number without its year, settled by the topic it stands beside."""
        if cited.citation.year:
            return cited
        if found := self.shelf.nicknamed(cited.citation.number, plain):
            return documents.Cited(cited.citation, (found,))
        for hit in (hit for hit in hits[:3] if hit.is_topical and hit.entry_id in self.shelf.topics):
            if fits := documents.with_number(self.shelf.topics[hit.entry_id].all_policies, cited.citation):
                return documents.Cited(cited.citation, fits)
        return cited

    def _meant(self, cited: documents.Cited, hits: list[Hit]) -> tuple[tuple[Policy, ...], bool]:
        """The policies of the cited number, only those the rest of the sentence is about where it settles which."""
        for hit in (hit for hit in hits[:2] if hit.score >= TOPICAL and hit.entry_id in self.shelf.topics):
            topic = self.shelf.topics[hit.entry_id]
            fitting = [policy for policy in topic.all_policies if policy in cited.policies]
            chief = [policy for policy in topic.chiefs if policy in fitting]
            if chief or len({policy.doc_no for policy in fitting}) == 1:
                settled = (chief or fitting)[0]
                return tuple(policy for policy in cited.policies if policy.doc_no == settled.doc_no), True
        return cited.policies, False

    def _told_by(self, fitting: tuple[Policy, ...], hits: list[Hit]) -> tuple[Policy, str]:
        """The article and the topic to answer with: what the sentence asks about when the document covers it."""
        for hit in hits[:3]:
            topic = self.shelf.topics.get(hit.entry_id)
            if topic and hit.score >= TOPICAL:
                for policy in topic.all_policies:
                    if policy in fitting:
                        return policy, topic.id
        return fitting[0], self.shelf.topic_of.get(fitting[0].id, "")

    def _which(self, said: str, numbers: tuple[str, ...], cited: documents.Cited, today: date) -> Finding:
        by_number = {policy.doc_no: policy for policy in reversed(cited.policies)}
        options = tuple(
            (f"{DOC}{by_number[n].id}", f"{n} {by_number[n].name}") if n in by_number else ("person", n)
            for n in numbers
        )
        return Finding("ask_back", today, text=phrases.DOC_SHARED.format(said=said), suggestions=options)

    def _uncited(self, plain: str, cited: documents.Cited, today: date) -> Finding:
        citation = cited.citation
        if citation.year is None:
            return self._without_year(citation, today)
        near = documents.same_number(self.shelf.policies, citation)
        issued = "".join(documents.ISSUER.findall(plain[: citation.span[0]])[-2:])
        text = phrases.DOC_UNKNOWN.format(said=f"{issued}{citation.said}")
        if near:
            text += "\n" + phrases.DOC_OTHER_ISSUER.format(doc_no="、".join(near))
        return Finding("person", today, text=text, needs_person=True)

    def _without_year(self, citation: documents.Citation, today: date) -> Finding:
        """Which year's: the documents of that number we hold, the latest first."""
        held = documents.with_number(self.shelf.policies.by_id.values(), citation)
        first_of = {policy.doc_no: policy for policy in reversed(held)}
        numbers = sorted(first_of, key=lambda doc_no: re.findall(r"20\d\d", doc_no), reverse=True)[:MOST_CHOICES]
        if not numbers:
            return Finding("ask_back", today, text=phrases.DOC_NO_YEAR.format(said=citation.said))
        options = [(f"{DOC}{first_of[n].id}", f"{n} {first_of[n].name}") for n in numbers]
        text = phrases.DOC_WHICH_YEAR.format(said=citation.said)
        return Finding("ask_back", today, text=text, suggestions=(*options, ("person", phrases.DOC_NONE_OF_THESE)))

    def _document(
        self,
        policy: Policy,
        today: date,
        about: Period | None,
        why: dict[str, Any],
        topic_id: str = "",
        plain: str = "",
    ) -> Finding:
        """About a document: its state today and the rule that applies; for a past day, the rule of that day."""
        topic = self.shelf.topics.get(topic_id or self.shelf.topic_of.get(policy.id, ""))
        if topic and about is not None and not self.shelf.policies.in_force(policy, today):
            told = self._topic(topic.id, plain, today, about, 1.0)
            if policy in topic.all_policies and policy.id in told.policy_ids:
                return replace(told, why=why)
        rest = answers.answer(topic, today, about, None) if topic else None
        note = self.shelf.fixtures.notes.get(policy.id, "")
        made = answers.about_document(policy, self.shelf.policies, today, rest, note)
        return Finding(
            kind="person" if made.needs_person else "answer",
            on=about.day if about else today,
            entry_id=f"{DOC}{policy.id}",
            question=f"{policy.name}（{policy.doc_no}）",
            text=made.text,
            doc_nos=made.doc_nos,
            policy_ids=tuple(each.id for each in made.policies),
            valid=made.valid,
            confidence=1.0,
            needs_person=made.needs_person,
            why=why,
        )


def _period(about: BusinessPeriod | None) -> Period | None:
    return Period(about.start, about.end, about.day, about.said) if about else None


def _sure(hit: Hit) -> float:
    return hit.score


def _without(plain: str, cited: list[documents.Cited]) -> str:
    """The sentence without its document numbers and the names of those who issued them."""
    for each in cited:
        plain = plain.replace(each.citation.said, " ")
    return re.sub(r"公告|文件|通知", " ", documents.ISSUER.sub(" ", plain)).strip()


def _outside_citations(plain: str, cited: list[documents.Cited], about: Period | None) -> Period | None:
    """The day asked about, unless it was only read out of a document number (2023年第19号 is not about 2023)."""
    if about is None or not about.said:
        return about
    return about if about.said in _without(plain, cited) else None
