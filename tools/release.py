"""Makes the files of a release: `join` the changelog, then `files` around the wheel and the sdist in a folder.

The version is the one of `pyproject.toml`; what `changelog.d` says goes under it in `CHANGELOG.md`: the two must agree.
Made again from the same files, all files are the same to the byte.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Any, Final

import click
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT: Final = Path(__file__).parents[1]
NAME: Final = "apizee-slack"
_OF_A_HOST: Final = ("systemd/*", "proxy/*", "prometheus/alerts.yml", "grafana/dashboard.json")
"""What of `deploy/` serves without a checkout, in which an image is built."""
REQUIREMENTS, CONSTRAINTS, SBOM, SUMS = "requirements.txt", "constraints.txt", "sbom.cdx.json", "SHA256SUMS"

_RELEASE: Final = re.compile(r"^## (\d+\.\d+\S*) \(\d{4}-\d\d-\d\d\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Package:
    """A package that is in what people install; `license` is an SPDX expression, empty where none is known."""

    kind: str
    name: str
    version: str
    license: str = ""
    needs: tuple[str, ...] = ()

    @property
    def purl(self) -> str:
        """The package's name anywhere: https://github.com/package-url/purl-spec."""
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"

    def as_component(self) -> dict[str, Any]:
        """Return it as CycloneDX has it."""
        known = {"licenses": [{"expression": self.license}]} if self.license else {}
        return {
            "type": "library",
            "bom-ref": self.purl,
            "name": self.name,
            "version": self.version,
            "purl": self.purl,
        } | known


@click.group()
def main() -> None:
    """Make the files of a release; `make release` does all of it."""


@main.command()
def join() -> None:
    """Join changelog.d into CHANGELOG.md, under the version of pyproject.toml."""
    version = version_of(ROOT)
    if must_join(version, (ROOT / "CHANGELOG.md").read_text("utf-8"), changes_of(ROOT)):
        command = [sys.executable, "-m", "towncrier", "build", "--yes", "--version", version]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own tool


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path))
def files(folder: Path) -> None:
    """Write everything else beside the wheel and the sdist in FOLDER."""
    [wheel] = folder.glob("*.whl")
    lock = (ROOT / "requirements/base.txt").read_text("utf-8")
    (folder / REQUIREMENTS).write_text(f"./{wheel.name} \\\n    --hash=sha256:{_sha256(wheel)}\n{lock}", "utf-8")
    (folder / CONSTRAINTS).write_text(without_hashes(lock), "utf-8")
    bill = sbom(version_of(ROOT), [*_of_python(lock), *_of_the_page()])
    (folder / SBOM).write_text(f"{json.dumps(bill, indent=2)}\n", "utf-8")
    for path in sorted(one for pattern in _OF_A_HOST for one in (ROOT / "deploy").glob(pattern)):
        shutil.copyfile(path, folder / path.name)
    made = sorted(path for path in folder.iterdir() if path.name != SUMS)
    (folder / SUMS).write_text("".join(f"{_sha256(path)}  {path.name}\n" for path in made), "utf-8")
    click.echo("\n".join(str(path) for path in [*made, folder / SUMS]))


def version_of(root: Path) -> str:
    """Return the version in `pyproject.toml`."""
    return str(tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def changes_of(root: Path) -> list[Path]:
    """Return the files of changes that are not released yet."""
    return sorted(path for path in (root / "changelog.d").glob("*.md") if path.name != "README.md")


def must_join(version: str, changelog: str, changes: Sequence[Path]) -> bool:
    """Return whether there is anything to join; raises `click.ClickException` where version and changelog disagree."""
    found = _RELEASE.search(changelog)
    latest = found[1] if found else None
    if changes and latest and Version(latest) >= Version(version):
        message = (
            f"{latest} is released, and {len(changes)} changes came after it: raise the version in pyproject.toml."
        )
        raise click.ClickException(message)
    if not changes and latest != version:
        message = f"pyproject.toml says {version}, CHANGELOG.md {latest}: they must agree."
        raise click.ClickException(message)
    return bool(changes)


def locked(lock: str) -> Iterator[Requirement]:
    """Yield what a lock names, each with its one version."""
    return (Requirement(line.rstrip("\\ ")) for line in lock.splitlines() if line[:1].isalnum())


def without_hashes(lock: str) -> str:
    """Return a lock as constraints, which tools take that resolve by themselves; they may not name extras."""
    return "".join(f"{one.name}{one.specifier}{f' ; {one.marker}' if one.marker else ''}\n" for one in locked(lock))


def sbom(version: str, packages: Sequence[Package]) -> dict[str, Any]:
    """Return the bill of materials: https://cyclonedx.org/docs/1.6/json/."""
    ours = Package("pypi", NAME, version, "MIT")
    purls = {(package.kind, package.name): package.purl for package in packages}
    needs = {
        package.purl: [purls[package.kind, name] for name in set(package.needs) if (package.kind, name) in purls]
        for package in packages
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join([ours.purl, *sorted(purls.values())]))}",
        "version": 1,
        "metadata": {"component": ours.as_component() | {"type": "application"}},
        "components": [package.as_component() for package in packages],
        "dependencies": [
            {"ref": purl, "dependsOn": sorted(of)} for purl, of in {ours.purl: [*purls.values()], **needs}.items()
        ],
    }


def _of_python(lock: str) -> Iterator[Package]:
    """Yield what is locked, with what the installed packages say of themselves."""
    for one in locked(lock):
        name, version = one.name, str(one.specifier).removeprefix("==")
        try:
            about = metadata(name)
        except PackageNotFoundError:  # it is for another platform
            yield Package("pypi", name, version)
            continue
        wanted = [Requirement(line) for line in requires(name) or ()]
        needs = {canonicalize_name(other.name) for other in wanted if _is_needed(other, one.extras)}
        yield Package("pypi", name, version, next(iter(about.get_all("License-Expression") or ()), ""), tuple(needs))


def _is_needed(other: Requirement, extras: set[str]) -> bool:
    return other.marker is None or any(other.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _of_the_page() -> Iterator[Package]:
    """Yield what is in the playground's page: that of its source which is not for developers alone."""
    lock = json.loads((ROOT / "playground/web/package-lock.json").read_text("utf-8"))
    for path, about in sorted(lock["packages"].items()):
        if path and not about.get("dev") and not about.get("devOptional"):
            name = path.rpartition("node_modules/")[2]
            yield Package("npm", name, about["version"], about.get("license", ""), tuple(about.get("dependencies", ())))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
