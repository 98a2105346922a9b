"""Draws a report as a PDF: real text in an embedded font, with its title and language, and words for each picture.

https://py-pdf.github.io/fpdf2/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.report.content import Report

if TYPE_CHECKING:
    from fpdf import FPDF

_FONT: Final = Path(__file__).parent / "fonts/DejaVuSans.ttf"
_OTHER_FONTS: Final = tuple(
    map(
        Path,
        (
            "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
            "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
            "/usr/share/fonts/truetype/unifont/unifont.ttf",
        ),
    )
)
"""Fonts of the machine for what ours has no letters: Chinese, Japanese, Korean."""

_UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"
_LABEL_WIDTH, _LINE, _GAP = 42, 6, 3
_TITLE, _HEADING, _TEXT, _SMALL = 17, 13, 10.5, 9
_PICTURE_HEIGHT: Final = 100


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture (JPEG) with what stands below it and what it shows."""

    content: bytes
    caption: str
    description: str


def render(report: Report, photos: Sequence[Photo]) -> bytes:
    """Return the report as a PDF. It takes a second or so: not for the event loop."""
    page = _Page(report)
    for line in report.lines:
        page.labelled(line.label, line.value, line.link)
    if report.steps:
        page.heading(report.steps_title)
        for step in report.steps:
            page.text(f"• {step}")
    if report.note:
        page.heading(report.note_title)
        page.text(report.note)
    if photos or report.left_out:
        page.photos(report.photos_title, are_there=bool(photos))
    for photo in photos:
        page.picture(photo)
    if report.left_out:
        page.text(report.left_out)
    page.small_print(report.made)
    return page.finished()


class _Page:
    def __init__(self, report: Report) -> None:
        from fpdf import FPDF, ViewerPreferences  # noqa: PLC0415  # slow to load

        self._pdf: FPDF = FPDF(format="A4")
        self._pdf.set_lang(report.language)
        self._pdf.set_title(report.title)
        self._pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self._pdf.set_margin(20)
        self._pdf.set_auto_page_break(auto=True, margin=20)
        self._known = self._with_fonts()
        self._pdf.set_text_shaping(use_shaping_engine=True)
        self._pdf.add_page()
        self._write(report.title, _TITLE)
        self._pdf.ln(_GAP)

    def _with_fonts(self) -> frozenset[int]:
        """Add the fonts there are; return the characters that one of them has."""
        from fpdf.fonts import TTFFont  # noqa: PLC0415  # likewise

        names = ["ours", *(str(place) for place, path in enumerate(_OTHER_FONTS) if path.is_file())]
        for name in names:
            self._pdf.add_font(name, fname=_FONT if name == "ours" else _OTHER_FONTS[int(name)])
        self._pdf.set_fallback_fonts(names[1:], exact_match=False)
        self._pdf.set_font("ours", size=_TEXT)
        fonts = [font for name in names if isinstance(font := self._pdf.fonts[name], TTFFont)]
        return frozenset().union(*(font.cmap for font in fonts))

    def heading(self, text: str) -> None:
        self._pdf.ln(_GAP)
        self._write(text, _HEADING)

    def text(self, text: str) -> None:
        self._write(text, _TEXT)

    def small_print(self, text: str) -> None:
        self._pdf.ln(_GAP)
        self._write(text, _SMALL)

    def labelled(self, label: str, value: str, link: str) -> None:
        self._pdf.set_font(size=_TEXT)
        top = self._pdf.get_y()
        self._pdf.set_text_color(90)
        self._pdf.multi_cell(_LABEL_WIDTH, _LINE, self._shown(label), align="L", new_x="RIGHT", new_y="TOP")
        self._pdf.set_text_color(0)
        self._pdf.set_xy(self._pdf.l_margin + _LABEL_WIDTH, top)
        self._pdf.multi_cell(0, _LINE, self._shown(value), align="L", link=link, new_x="LMARGIN", new_y="NEXT")

    def picture(self, photo: Photo) -> None:
        if self._pdf.will_page_break(_PICTURE_HEIGHT + _LINE):
            self._pdf.add_page()
        self._pdf.image(
            BytesIO(photo.content),
            w=self._pdf.epw,
            h=_PICTURE_HEIGHT,
            keep_aspect_ratio=True,
            alt_text=self._shown(photo.description),
        )
        self._pdf.set_y(self._pdf.get_y() + 1)
        self.small_print(photo.caption)

    def photos(self, title: str, *, are_there: bool) -> None:
        """Begin the photos, on a new page where the first one has no place below their title."""
        if are_there and self._pdf.will_page_break(_PICTURE_HEIGHT + 3 * _LINE):
            self._pdf.add_page()
        self.heading(title)

    def finished(self) -> bytes:
        return bytes(self._pdf.output())

    def _write(self, text: str, size: float) -> None:
        self._pdf.set_font(size=size)
        self._pdf.multi_cell(0, size * 0.55, self._shown(text), align="L", new_x="LMARGIN", new_y="NEXT")

    def _shown(self, text: str) -> str:
        """Return a text with a sign for each character that no font has: the library would log them."""
        return "".join(one if ord(one) in self._known or one == "\n" else _UNKNOWN for one in text)
