"""The sentences people read, in their language: English is the source, the other languages are catalogues beside it.

A catalogue is the translators' own file, `<language>/LC_MESSAGES/messages.po`, read as it is. Run
`python -m bot.locale` after sentences have changed: it lists the new ones in every catalogue and drops the old.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from babel.messages import Catalog

TRANSLATED = ("fr",)


def catalogue_file(language: str) -> Traversable:
    """Return the file of a language's catalogue."""
    return files(__name__) / language / "LC_MESSAGES" / "messages.po"


def catalogue(language: str) -> Catalog:
    """Return what translators have written for a language."""
    with catalogue_file(language).open("rb") as file:
        return read_po(file, locale=language)


@cache
def translations(language: str) -> NullTranslations:
    """Return the language's sentences, ready to look up; those of an untranslated language stay English."""
    if language not in TRANSLATED:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)
