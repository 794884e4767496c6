"""`python bench/seed.py`: how the library we open with answers questions its authors had not seen.

tests/knowledge/fresh_200.toml was written once the entries stood, by somebody who had read their questions but none of
their wordings; its first run is the figure in bench/README.md.
"""

import sys
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bot.dates import read_business_day  # noqa: E402
from knowledge.library import Library  # noqa: E402
from knowledge.model import Finding, Period  # noqa: E402

TODAY = date(2026, 11, 25)
WORST = 10


@dataclass(frozen=True)
class Case:
    """A question, the entries that answer it, what was done, the entry told or the likeliest, how sure.

    `is_first`: the likeliest entry is right; `is_ours`: the question is a wording of the library.
    """

    asked: str
    meant: tuple[str, ...]
    done: str
    found: str
    sure: float
    is_first: bool
    is_right: bool
    is_ours: bool


@dataclass(frozen=True)
class Measured:
    asked: int
    foreign: int
    top1: float
    answered_rightly: float
    offered_rightly: float
    answered_wrongly: float
    foreign_answered: int
    cases: tuple[Case, ...]


def measure(library: Library, questions: Path) -> Measured:
    """Asks as the bot does: the day of the transaction is read off the sentence."""
    rows = tomllib.loads(questions.read_text(encoding="utf-8"))
    cases = tuple(_case(library, row["ask"], tuple(row["entry"])) for row in rows["question"])
    size = len(cases)
    return Measured(
        asked=size,
        foreign=len(rows["foreign"]),
        top1=sum(case.is_first for case in cases) / size,
        answered_rightly=sum(case.done == "answer" and case.is_right for case in cases) / size,
        offered_rightly=sum(case.done == "suggest" and case.is_right for case in cases) / size,
        answered_wrongly=sum(case.done == "answer" and not case.is_right for case in cases) / size,
        foreign_answered=sum(_ask(library, row["ask"]).kind == "answer" for row in rows["foreign"]),
        cases=cases,
    )


def _ask(library: Library, text: str) -> Finding:
    about = read_business_day(text, TODAY)
    return library.find(text, TODAY, about and Period(about.start, about.end, about.day, about.said))


def _case(library: Library, text: str, meant: tuple[str, ...]) -> Case:
    finding, hits = _ask(library, text), library.shelf.search.find(text)
    first = hits[0].entry_id if hits else ""
    is_told = finding.kind in ("answer", "person") and bool(finding.entry_id)
    offered = [_entry(entry) for entry, _ in finding.suggestions]
    return Case(
        asked=text,
        meant=meant,
        done="answer" if is_told else "suggest" if offered else finding.kind,
        found=_entry(finding.entry_id) if is_told else first,
        sure=finding.confidence,
        is_first=first in meant,
        is_right=_entry(finding.entry_id) in meant if is_told else bool(set(offered) & set(meant)),
        is_ours=bool(hits) and hits[0].exact,
    )


def _entry(entry_id: str) -> str:
    """A matter's entry without the side of it that was told."""
    return "/".join(entry_id.split("/")[:2]) if entry_id.startswith("matter/") else entry_id


def main() -> None:
    made = measure(Library.load(), ROOT / "tests" / "knowledge" / "fresh_200.toml")
    print(f"{made.asked} questions: first entry right {made.top1:.3f}, answered rightly {made.answered_rightly:.3f},")
    print(f"offered rightly {made.offered_rightly:.3f}, answered wrongly {made.answered_wrongly:.3f};")
    print(f"of {made.foreign} that nothing answers, {made.foreign_answered} answered all the same. The worst ten:")
    wrong = [case for case in made.cases if case.done == "answer" and not case.is_right]
    for case in sorted(wrong, key=lambda case: -case.sure)[:WORST]:
        print(f"  {case.sure:.2f} {case.asked} → {case.found}, meant {' or '.join(case.meant)}")


if __name__ == "__main__":
    main()
