"""`python -m bot.locale`, at the top of a checkout: lists new sentences in every catalogue and drops the old ones."""

from collections.abc import Callable
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.locale import TRANSLATED, catalogue_file
from bot.locale.extraction import sentences_in, up_to_date


def main(catalogue_of: Callable[[str], Traversable] = catalogue_file) -> None:
    """Rewrite the catalogues in place; what translators wrote is kept."""
    sentences = sentences_in(Path.cwd())
    for language in TRANSLATED:
        file = Path(str(catalogue_of(language)))
        file.write_text(up_to_date(file.read_text("utf-8"), sentences), "utf-8")


if __name__ == "__main__":
    main()
