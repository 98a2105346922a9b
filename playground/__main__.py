"""`apizee-slack demo`, or `make demo`: try everything in a browser, without Slack and without Apizee."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from playground.demo import DEFAULT_PORT, DemoFailed, forget, run


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
    help="Where the bot keeps its data and its log. Without it they are gone when the demo ends.",
)
@click.option("--reset", is_flag=True, help="Let the bot forget what it kept in --data-dir.")
def main(*, port: int, data_dir: Path | None, reset: bool) -> None:
    """Try the bot in a browser: a sandbox Slack, a sandbox Apizee, and the real bot between them.

    Nothing leaves this machine, and nobody is really invited. Settings of the environment are ignored.
    """
    try:
        if data_dir is None:
            with TemporaryDirectory(prefix="apizee-slack-demo-", ignore_cleanup_errors=True) as folder:
                asyncio.run(run(port, Path(folder)))
        else:
            if reset:
                forget(data_dir)
            asyncio.run(run(port, data_dir))
    except DemoFailed as failure:
        click.echo(str(failure), err=True)
        sys.exit(failure.exit_code)


if __name__ == "__main__":
    main(prog_name="apizee-slack demo")
