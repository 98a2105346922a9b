"""Takes the steps of a Containerfile in a file system made by debootstrap: no image can be pulled where this runs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

CHROOT: Final = shutil.which("chroot") or "/usr/sbin/chroot"
"""By its path: inside, `PATH` is the image's."""

_STEP_TAKES: Final = 600
_CERTIFICATES: Final = "etc/ssl/certs/ca-certificates.crt"
_PIP_OF_HERE: Final = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_DEFAULT_TIMEOUT")


@dataclass
class FileSystem:
    """A file system that is being built, with what its steps have set."""

    root: Path
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
    )
    folder: str = "/"
    user: str = "0:0"
    entrypoint: list[str] = field(default_factory=list)

    def run(self, *command: str, user: str | None = None) -> str:
        """Return what a command in it says; it must succeed."""
        inside = ["/bin/sh", "-c", f'cd {self.folder} && exec "$@"', "-", *command]
        ran = subprocess.run(  # noqa: S603  # the steps of our own file
            [CHROOT, f"--userspec={user or self.user}", self.root, *inside],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_STEP_TAKES,
        )
        assert ran.returncode == 0, f"{shlex.join(command)}\n{ran.stdout}{ran.stderr}"
        return ran.stdout


def build(containerfile: Path, context: Path, base: Path, folder: Path) -> FileSystem:
    """Return the last stage of a Containerfile, each of them begun from a copy of `base`.

    Knows the instructions that ours has, and raises `ValueError` at any other.
    """
    stages: dict[str, FileSystem] = {}
    stage = FileSystem(base)
    for number, (instruction, rest) in enumerate(_steps(containerfile.read_text("utf-8"))):
        match instruction:
            case "FROM":
                name = rest.rpartition(" AS ")[2]
                stage = stages[name] = _begun(base, folder / str(number))
            case "RUN":
                stage.run("/bin/sh", "-c", rest)
            case "COPY":
                _copy(rest.split(), stage, stages, context)
            case "ENV":
                key, _, value = rest.partition("=")
                stage.environment[key] = value
            case "WORKDIR":
                stage.folder = rest
                (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "USER":
                stage.user = rest
            case "ENTRYPOINT":
                stage.entrypoint = [word.strip(' "') for word in rest.strip("[]").split(",")]
            case "VOLUME" | "EXPOSE" | "HEALTHCHECK" | "CMD":
                continue
            case _:
                raise ValueError(instruction)
    return stage


def _begun(base: Path, root: Path) -> FileSystem:
    """Return a copy of the base, which reaches what this machine reaches and trusts whom it trusts."""
    subprocess.run(["cp", "--archive", base, root], check=True)  # noqa: S603, S607  # our own folders
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    stage = FileSystem(root)
    here = Path("/", _CERTIFICATES)
    if here.is_file():
        (root / "opt").mkdir(exist_ok=True)
        shutil.copy(here, root / "opt/certificates-of-the-host.crt")
        stage.environment["PIP_CERT"] = "/opt/certificates-of-the-host.crt"
    stage.environment |= {name: os.environ[name] for name in _PIP_OF_HERE if name in os.environ}
    return stage


def _copy(words: list[str], stage: FileSystem, stages: Mapping[str, FileSystem], context: Path) -> None:
    *sources, target = words
    origin = context
    if sources[0].startswith("--from="):
        origin = stages[sources.pop(0).removeprefix("--from=")].root
    to = stage.root / (target if target.startswith("/") else f"{stage.folder}/{target}").lstrip("/")
    for source in sources:
        path = origin / source.lstrip("/")
        if path.is_dir():
            shutil.copytree(path, to, symlinks=True, dirs_exist_ok=True)
        else:
            place = to / path.name if target.endswith("/") else to
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place)


def _steps(text: str) -> Iterator[tuple[str, str]]:
    """Yield each instruction of a Containerfile, and the rest of its line."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n", " ", lines).splitlines():
        if line.strip():
            instruction, _, rest = line.strip().partition(" ")
            yield instruction, rest.strip()
