"""A report says what everybody may read of a session, as real text that every reader of PDFs and every voice finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, cast

import pytest
from PIL import ExifTags, Image
from pypdf import PdfReader

from bot.model.session import Outcome, Session, State
from bot.model.session.timeline import Milestone, Step
from bot.report.content import Made, report_of
from bot.report.pdf import Photo, render
from bot.report.pictures import NoPicture, small
from bot.ui.lists.references import ReferenceLinks
from bot.ui.notes.masking import LinkMask
from bot.ui.text import Translator
from tests.ui.examples import BEGAN, CONFERENCE, ENGLISH, FRENCH, SOLD, TICKET

AT = BEGAN.timestamp()
NAMES = {"U0ALICE01": "Élodie Ωμέγα", "U0BRUNO01": "محمد"}
STEPS = (Milestone(Step.LINK_OPENED, AT), Milestone(Step.CONNECTED, AT + 60))
DONE = replace(
    TICKET,
    state=State.DONE,
    timeline=STEPS,
    outcome=Outcome(photos=2),
    note=replace(SOLD, outcome="Solved", text=f"Boiler off; call +33662682193\n{TICKET.remote.links.customer}"),
)


def photo(size: tuple[int, int] = (40, 30)) -> bytes:
    made, metadata = BytesIO(), Image.Exif()
    metadata[ExifTags.Base.Make] = "a phone"
    Image.new("RGB", size, "teal").save(made, "PNG", exif=metadata)
    return made.getvalue()


def read(
    session: Session, translate: Translator, *, names: Mapping[str, str] = NAMES, version: int = 1, photos: int = 0
) -> PdfReader:
    report = report_of(
        session,
        names,
        Made("U0ALICE01", AT, version),
        translate,
        references=ReferenceLinks("https://crm.example.com/{reference}"),
        links=LinkMask(),
        left_out=1 if photos else 0,
    )
    shown = Photo(small(BytesIO(photo())), "Photo 1 · 17:48", "Photo taken at 17:48")
    return PdfReader(BytesIO(render(report, [shown] * photos)))


def text(pdf: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages)


def root(pdf: PdfReader) -> dict[str, Any]:
    """Return what a document says of itself as a whole."""
    return cast("dict[str, Any]", pdf.trailer["/Root"])


def test_a_report_says_who_when_how_long_how_it_ended_and_nothing_that_the_channel_may_not_see() -> None:
    said = text(read(DONE, ENGLISH))
    for word in (
        "Video assistance for +33 6 •• •• •• 93",
        "Élodie Ωμέγα",
        "82070",
        "CASE-1234",
        "5 min 35 s",
        "2 photos",
        "link opened",
        "connected",
        "Solved",
        "Boiler off; call +33 6 •• •• •• 93",
        "diag.apizee.com/•••",
        "Europe/Paris",
    ):
        assert word in said, word
    for secret in ("682193", "convId", "agent1@", "entrypoint"):
        assert secret not in said


def test_it_has_a_title_a_language_and_a_link_to_the_case() -> None:
    pdf = read(DONE, FRENCH)
    assert (pdf.metadata and pdf.metadata.title, root(pdf)["/Lang"]) == (
        "Assistance vidéo pour +33 6 •• •• •• 93",
        "fr",
    )
    assert root(pdf)["/ViewerPreferences"]["/DisplayDocTitle"]
    links = [one.get_object()["/A"]["/URI"] for page in pdf.pages for one in page.get("/Annots", ())]
    assert links == ["https://crm.example.com/CASE-1234"]
    assert "terminée" in text(pdf)
    assert "Résolu" in text(pdf)


def test_photos_have_words_for_who_does_not_see_them_and_a_newer_report_says_so() -> None:
    pdf = read(DONE, ENGLISH, version=2, photos=2)
    assert sum(len(page.images) for page in pdf.pages) == 2
    assert "/StructTreeRoot" in root(pdf)
    assert "Version 2, in place of the one before" in text(pdf)
    assert "1 photo is not in this report" in text(pdf)


def test_a_meeting_s_guests_are_masked_and_its_colleagues_have_names() -> None:
    said = text(read(replace(CONFERENCE, state=State.DONE), ENGLISH))
    assert "Video meeting “Site visit <Brest>”" in said
    assert "i•••@yopmail.com" in said
    assert "yopmail.com, +33 6 •• •• •• 78" in said


def test_a_character_that_no_font_has_costs_itself_alone(caplog: pytest.LogCaptureFixture) -> None:
    said = text(read(DONE, ENGLISH, names={"U0ALICE01": "Ann \U0001f9d1 \U00013000 Lee"}))
    assert "Ann" in said
    assert "Lee" in said
    assert caplog.records == []


def test_a_photo_is_made_small_and_loses_its_metadata_and_what_is_no_picture_is_refused() -> None:
    with Image.open(BytesIO(small(BytesIO(photo((4000, 3000)))))) as made:
        assert (made.format, max(made.size), dict(made.getexif())) == ("JPEG", 1600, {})
    for broken in (b"", b"GIF89a", photo()[:40], b"\xff\xd8\xff\xe0" + bytes(50)):
        with pytest.raises(NoPicture):
            small(BytesIO(broken))
