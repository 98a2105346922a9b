"""Block Kit's blocks with Slack's limits, and where each may stand.

https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.slack.block_kit.elements import (
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    IN_SECTION,
    SLACK_FILE,
    any_text,
    one_source,
    plain,
    web_address,
)
from sandbox.slack.block_kit.schema import (
    Fields,
    Problems,
    Shape,
    anything,
    by_type,
    flag,
    items,
    number,
    one_of,
    text,
    whole,
)

_ID: Fields = {"block_id": text(255)}


def _text_or_fields(value: object, path: str) -> Problems:
    if isinstance(value, Mapping) and "text" not in value and "fields" not in value:
        yield f"{path}: must have text or fields"


def _same_width(value: object, path: str) -> Problems:
    rows = value.get("rows") if isinstance(value, Mapping) else None
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield f"{path}/rows: all must have the same number of cells"


_RAW_TEXT = Shape({"text": text(3000)})
_RICH_TEXT = Shape({"elements": items(anything, most=100, least=0)}, _ID)
_TABLE_CELL = by_type({"raw_text": _RAW_TEXT, "rich_text": _RICH_TEXT})
_DATA_CELL = by_type(
    {"raw_text": _RAW_TEXT, "raw_number": Shape({"value": number, "text": text(3000)}), "rich_text": _RICH_TEXT}
)
_POINT = Shape({"label": text(20), "value": number})
_SERIES = Shape({"name": text(20), "data": items(_POINT, most=20)})
_AXES = Shape({"categories": items(text(20), most=20)}, {"x_label": text(50), "y_label": text(50)})
_PLOT = Shape({"series": items(_SERIES, most=12), "axis_config": _AXES})
_PIE = Shape({"segments": items(_POINT, most=12)})

_EVERYWHERE: Fields = {
    "actions": Shape({"elements": items(IN_ACTIONS, most=25)}, _ID),
    "context": Shape({"elements": items(IN_CONTEXT, most=10)}, _ID),
    "divider": Shape({}, _ID),
    "header": Shape({"text": plain(150)}, _ID),
    "image": Shape(
        {"alt_text": text(2000)},
        {**_ID, "image_url": web_address, "slack_file": SLACK_FILE, "title": plain(2000)},
        one_source,
    ),
    "input": Shape(
        {"label": plain(2000), "element": IN_INPUT},
        {**_ID, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": _RICH_TEXT,
    "section": Shape(
        {},
        {
            **_ID,
            "text": any_text(3000),
            "fields": items(any_text(2000), most=10),
            "accessory": IN_SECTION,
            "expand": flag,
        },
        _text_or_fields,
    ),
    "video": Shape(
        {"alt_text": text(2000), "title": plain(199), "thumbnail_url": text(3000), "video_url": text(3000)},
        {
            **_ID,
            "author_name": text(49),
            "description": plain(200),
            "provider_icon_url": text(3000),
            "provider_name": text(100),
            "title_url": text(3000),
        },
    ),
}
_TABLES: Fields = {
    "table": Shape(
        {"rows": items(items(_TABLE_CELL, most=20), most=100)},
        {**_ID, "column_settings": items(anything, most=20)},
        _same_width,
    ),
    "data_table": Shape(
        {"caption": text(3000), "rows": items(items(_DATA_CELL, most=20), most=201, least=2)},
        {**_ID, "page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
        _same_width,
    ),
}
_IN_MESSAGES_ONLY: Fields = {
    "call": Shape({"call_id": text(255)}, {**_ID, "api_decoration_available": flag, "call": anything}),
    "data_visualization": Shape(
        {"title": text(50), "chart": by_type({"pie": _PIE, "bar": _PLOT, "line": _PLOT, "area": _PLOT})}, _ID
    ),
    "file": Shape({"external_id": text(255), "source": one_of("remote")}, _ID),
    "markdown": Shape({"text": text(12_000)}, _ID),
}

IN_MESSAGE = by_type({**_EVERYWHERE, **_TABLES, **_IN_MESSAGES_ONLY})
IN_MODAL = by_type(_EVERYWHERE)
IN_HOME = by_type({**_EVERYWHERE, **_TABLES})
