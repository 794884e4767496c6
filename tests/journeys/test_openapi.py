"""What nobody thought of: schemathesis makes up requests from the document and asks a real `serve`.

Each door is asked things that fit the document and things that do not; half of the time the names of what the sample
hall really has stand in for what was made up, so that not every answer is 404. The same seed each time: what fails
here fails again.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from schemathesis.core.failures import FailureGroup

from kit.clock import day_of, now
from tests.sample_hall import sample_hall

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]

SEED = 20261123
EXAMPLES = {GenerationMode.POSITIVE: 16, GenerationMode.NEGATIVE: 8}
PEOPLE, OWNERS = 40, 12
HALL, MATTER = "shuangta", "individual-registration"
STREAMS = {"/api/v1/boards/{hall_id}/stream"}  # which do not end; tests/handlers/test_boards.py listens to them
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@dataclass
class Hall:
    """The sample hall, its people, and what is really there under each name a door knows."""

    base: str
    people: list[str] = field(default_factory=list)
    there: dict[str, Sequence[Any]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)  # of an appointment's number: whose token
    turn: int = 0

    def ask(self, method: str, path: str, person: str | None = None, **body: Any) -> Any:
        headers = {} if person is None else {"Authorization": f"Bearer {person}", "Idempotency-Key": "first"}
        response = requests.request(method, f"{self.base}/api/v1{path}", json=body or None, headers=headers, timeout=10)
        assert response.ok, response.text
        return response.json()

    def token(self, case: schemathesis.Case) -> str:
        """Whose number it is; else one after the other, so that nobody is slowed."""
        number = (case.path_parameters or {}).get("number")
        self.turn += 1
        return self.owners.get(str(number)) or self.people[self.turn % len(self.people)]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with sample_hall(tmp_path_factory.mktemp("hall")) as base:
        made = Hall(base)
        made.people = [made.ask("POST", "/session", code=f"try-p{number}")["token"] for number in range(PEOPLE)]
        days = [day_of(now()) + timedelta(days=ahead) for ahead in range(1, 8)]
        free = [
            slot["id"]
            for on in days
            for slot in made.ask("GET", f"/slots?hall={HALL}&matter={MATTER}&on={on}")["slots"]
        ]
        for person, slot_id in zip(made.people[:OWNERS], free, strict=False):
            wish = {"slot_id": slot_id, "matter_id": MATTER, "name": "王小明", "phone": "13800000001"}
            made.owners[made.ask("POST", "/appointments", person, **wish)["number"]] = person
        made.there = {
            **dict.fromkeys(("hall", "hall_id"), (HALL,)),
            **dict.fromkeys(("matter", "matter_id"), (MATTER,)),
            **dict.fromkeys(("id_number", "company", "credit_code", "after"), (None,)),
            "slot_id": free,
            "number": list(made.owners),
            "relation": ["self"],
            "name": ["王小明"],
            "phone": ["13800000001"],
            "theme": [made.ask("GET", f"/guide?hall={HALL}")["themes"][0]["name"]],
            "categories": [["small_scale_vat"], []],
            "off": [["soon"], []],
            "q": ["小规模纳税人免税吗", "个体户执照", "社保", "我要预约"],
        }
        yield made


def put_in(case: schemathesis.Case, there: dict[str, Sequence[Any]], dice: random.Random) -> None:
    """What is there in place of what was made up."""
    for said in (case.path_parameters, case.query, case.body):
        if isinstance(said, dict):
            for name in sorted(said.keys() & there.keys()):
                said[name] = dice.choice(there[name])
                if said[name] is None:
                    del said[name]


def complaint(hall: Hall, operation: Any, mode: GenerationMode, statuses: Counter[int]) -> str | None:
    """What is wrong with the door, None when nothing was found."""
    dice = random.Random(f"{SEED} {operation.label} {mode}")

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES[mode],
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=QUIET,
        report_multiple_bugs=False,
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        if dice.random() < 0.5:
            put_in(case, hall.there, dice)
        headers = {"Authorization": f"Bearer {hall.token(case)}"}
        if dice.random() < 0.9:  # now and then without a key, or with one that was made up
            headers["Idempotency-Key"] = f"{dice.random()}"
        response = case.call(base_url=hall.base, headers=headers, timeout=10)
        statuses[response.status_code] += 1
        assert response.status_code != 500, response.text
        case.validate_response(response, checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:  # there is nothing about this door that could be asked wrongly
        return None
    except FailureGroup as found:
        return f"{mode}: {'; '.join(str(each) for each in found.exceptions)}"
    except AssertionError as found:
        return f"{mode}: {found}"
    return None


def ends_a_session(operation: Any) -> bool:
    """Such doors come last: nobody's token would serve for the others."""
    return operation.method.upper() == "DELETE" and operation.path in ("/api/v1/session", "/api/v1/me")


def test_no_door_breaks_and_none_answers_what_is_not_told(hall: Hall) -> None:
    schema = schemathesis.openapi.from_url(f"{hall.base}/docs/openapi.json")
    began, asked, found = time.monotonic(), Counter[int](), dict[str, str]()
    for operation in sorted((one.ok() for one in schema.get_all_operations()), key=ends_a_session):
        if operation.path not in STREAMS:
            for mode in EXAMPLES:
                if said := complaint(hall, operation, mode, asked):
                    found[operation.label] = said
    print(f"{asked.total()} requests in {time.monotonic() - began:.0f} s: {dict(sorted(asked.items()))}")
    assert found == {}
    assert asked[200] > 150 and asked[201] > 3  # the control: not all of it was refused
    assert asked[429] < asked.total() / 20
