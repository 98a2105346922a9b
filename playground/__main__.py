"""`apizee-slack demo`, or `make demo`: try everything in a browser, without Slack and without Apizee."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import click

from bot.cli.terminal import write_whatever_comes
from playground.data_dir import DemoFailed, default_folder, forget
from playground.demo import DEFAULT_PORT, run
from playground.refuse_real_secrets import secrets_in
from playground.tour import PICTURES, play_tours
from sandbox.apizee.world import REQUESTS_PER_MINUTE

_WRONG_SURROUNDINGS = 2


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where the page is served on 127.0.0.1; 0 takes any free port.",
)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=default_folder,
    show_default="a folder of the demo's own",
    help="Where all that was played is kept until the next start.",
)
@click.option("--reset", is_flag=True, help="Forget what was played before.")
@click.option(
    "--requests-per-minute",
    type=click.IntRange(min=1),
    default=REQUESTS_PER_MINUTE,
    show_default=True,
    help="How many requests Apizee allows; the bot gets this number, and keeps below.",
)
@click.option(
    "--headless-tour", is_flag=True, help="Play the tour in Chromium, in a folder of its own, and take its pictures."
)
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    default=PICTURES,
    show_default=True,
    help="Where the tour puts its pictures.",
)
def main(
    *, port: int, data_dir: Path, reset: bool, requests_per_minute: int, headless_tour: bool, pictures: Path
) -> None:
    """Try the bot in a browser: a sandbox Slack, a sandbox Apizee, and the real bot between them.

    Nothing leaves this machine, and nobody is really invited. Settings of the environment are ignored; beside real
    tokens the demo does not start.
    """
    write_whatever_comes()
    if found := secrets_in(os.environ):
        click.echo(f"The demo does not start beside real secrets: unset {', '.join(found)}.", err=True)
        sys.exit(_WRONG_SURROUNDINGS)
    try:
        if reset:
            forget(data_dir.absolute())
        work = play_tours(pictures) if headless_tour else run(port, data_dir.absolute(), requests_per_minute)
        asyncio.run(work)
    except DemoFailed as failure:
        click.echo(str(failure), err=True)
        sys.exit(failure.exit_code)


if __name__ == "__main__":
    main(prog_name="apizee-slack demo")
