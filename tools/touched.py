"""Names the tests that a change touches: those that changed, and those that import a changed module by its name.

`make check` runs them, so that an answer comes within seconds. The whole suite still has the last word.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

ROOT: Final = Path(__file__).parents[1]
_TESTS: Final = "tests"


def changed_files(since: str) -> list[Path]:
    """Return the Python files that differ from a revision, and those that git does not track yet."""
    changed = _git("diff", "--name-only", "--diff-filter=d", since)
    untracked = _git("ls-files", "--others", "--exclude-standard")
    return sorted({Path(name) for name in (*changed, *untracked) if name.endswith(".py")})


def touched(changed: Iterable[Path]) -> list[Path]:
    """Return the test files to run for these files, relative to the top of the checkout."""
    changed = list(changed)
    modules = {_module(path) for path in changed}
    names = {f"test_{path.stem}" for path in changed}
    found = {path for path in changed if _is_test(path)}
    for path in ROOT.glob(f"{_TESTS}/**/test_*.py"):
        if path.stem in names or modules & _imported(path):
            found.add(path.relative_to(ROOT))
    return sorted(found)


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603, S607  # git, and no shell
    return done.stdout.splitlines()


def _is_test(path: Path) -> bool:
    return path.parts[0] == _TESTS and path.name.startswith("test_")


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _imported(path: Path) -> set[str]:
    """Return the modules that a file imports; of `from a import b` both `a` and `a.b`, for `b` may be a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                found |= {name.name for name in names}
            case ast.ImportFrom(module=str(module), names=names):
                found |= {module, *(f"{module}.{name.name}" for name in names)}
    return found


@click.command(help=__doc__)
@click.option("--since", default="HEAD", show_default=True, help="The revision to compare with.")
def main(since: str) -> None:
    """Print them, one in a line."""
    for path in touched(changed_files(since)):
        click.echo(path)


if __name__ == "__main__":
    main()
