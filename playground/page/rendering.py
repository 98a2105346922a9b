"""The page's templates, turned into HTML; whatever is put into them is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader


def render(template: str, **content: object) -> str:
    """One of the templates with this content."""
    return _templates().get_template(template).render(**content)


@cache
def _templates() -> Environment:
    loader = PackageLoader("playground.page", "templates")
    # Undefined is no error here: Slack's JSON leaves out what is not there.
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
