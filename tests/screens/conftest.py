"""One sample hall for all screens: they look and talk, each test with citizens of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sample_hall import sample_hall


@pytest.fixture(scope="session")
def hall_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hall")


@pytest.fixture(scope="session")
def hall_url(hall_folder: Path) -> Iterator[str]:
    with sample_hall(hall_folder) as url:
        yield url
