"""Charts, drawn by Slack or, where a workspace cannot, as a picture.

https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from bot.model.messages import Block

_LONGEST_TITLE = 50
_LONGEST_LABEL = 20
_INCHES = (8.0, 4.0)
_DOTS_PER_INCH = 150
_WIDTH_OF_A_GROUP = 0.8


@dataclass(frozen=True, slots=True)
class Series:
    """A row of bars: one value for each category of its chart."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of bars; at most 20 categories and 12 series."""

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]

    def block(self) -> Block:
        """Return the block that Slack draws."""
        labels = [category[:_LONGEST_LABEL] for category in self.categories]
        drawn = [{"name": one.name[:_LONGEST_LABEL], "data": _points(labels, one.values)} for one in self.series]
        return {
            "type": "data_visualization",
            "title": self.title[:_LONGEST_TITLE],
            "chart": {"type": "bar", "series": drawn, "axis_config": {"categories": labels}},
        }


def _points(labels: Sequence[str], values: Sequence[float]) -> list[Block]:
    return [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]


def picture(chart: Chart) -> bytes | None:
    """Return the chart as PNG; `None` where the extra `charts` is not installed. It takes a good part of a second."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  # an extra, and slow to load
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # likewise
    except ImportError:
        return None
    figure = Figure(figsize=_INCHES, dpi=_DOTS_PER_INCH, layout="constrained")
    axes = figure.subplots()
    width = _WIDTH_OF_A_GROUP / len(chart.series)
    for number, one in enumerate(chart.series):
        axes.bar([place + number * width for place in range(len(one.values))], one.values, width, label=one.name)
    axes.set_title(chart.title)
    axes.set_xticks(range(len(chart.categories)), chart.categories, rotation=45, ha="right")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend()
    drawn = BytesIO()
    figure.savefig(drawn, format="png")
    return drawn.getvalue()
