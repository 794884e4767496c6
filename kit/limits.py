"""How often is too often: a bucket a key, refilled by the clock, in this worker's memory.

Each worker counts for itself, so the public meets at most workers × the rate. That is enough against a loop gone wild
or a guesser; what must hold exactly (places, limits per person) is decided in the database.
"""

from collections.abc import Hashable


class Buckets:
    """`burst` at once, then `per_second`; of at most `most` keys (about 150 bytes each), the longest known go first."""

    def __init__(self, burst: int, per_second: float, most: int = 20_000) -> None:
        self._seconds_each = 1 / per_second
        self._room = burst / per_second
        self._most = most
        self._full_at: dict[Hashable, float] = {}  # when the bucket would be full again

    def take(self, key: Hashable, at: float) -> float:
        """0.0 when it may go on; else the seconds until it may. `at` is on the monotonic clock."""
        full_at = max(self._full_at.get(key, at), at) + self._seconds_each
        wait = full_at - at - self._room
        if wait > 1e-9:
            return wait
        if key not in self._full_at and len(self._full_at) >= self._most:
            self._forget(at)
        self._full_at[key] = full_at
        return 0.0

    def _forget(self, at: float) -> None:
        """Full buckets say nothing; when none is, a tenth of the oldest go, so that this is seldom done."""
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > at}
        if len(self._full_at) >= self._most:
            for key in list(self._full_at)[: max(self._most // 10, 1)]:
                del self._full_at[key]
