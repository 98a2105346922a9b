"""The figures, by name: `<measurement>/<subject>/…`."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.load import Sample

MILLISECONDS = 1000


class Results:
    """What was measured; by subject, why it was `skipped`, and its `versions`."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}
        self.skipped: dict[str, str] = {}
        self.versions: dict[str, str] = {}

    def note(self, name: str, value: float) -> None:
        """Keep a figure."""
        self.figures[name] = value

    def note_median(self, name: str, values: Sequence[float]) -> None:
        """Keep the median of what the rounds came to."""
        self.note(name, median(values))

    def get(self, name: str) -> float | None:
        """Return a figure; `None` where it was not measured."""
        return self.figures.get(name)

    def note_acks(self, name: str, rounds: Sequence[Sample]) -> None:
        """Keep how fast commands were acknowledged: a second, and in milliseconds."""
        self._note(name, rounds, [one.acks for one in rounds])

    def note_ends(self, name: str, rounds: Sequence[Sample], *, beyond: float) -> None:
        """Keep how fast commands were finished, `beyond` the seconds that the vendors take."""
        self._note(name, rounds, [[end - beyond for end in one.ends] for one in rounds])
        self.note(f"{name}/lost", sum(one.lost + one.refused for one in rounds))

    def _note(self, name: str, rounds: Sequence[Sample], times: Sequence[Sequence[float]]) -> None:
        pairs = [(one, len(done)) for one, done in zip(rounds, times, strict=True)]
        self.note_median(f"{name}/rate", [done / one.elapsed for one, done in pairs])
        self.note_median(f"{name}/cpu", [one.cpu * MILLISECONDS / max(1, done) for one, done in pairs])
        self.note_median(f"{name}/load-busy", [one.load_busy for one in rounds])
        for percent in (50, 99):
            if values := [percentile(one, percent) * MILLISECONDS for one in times if one]:
                self.note_median(f"{name}/p{percent}", values)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that so many per cent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
