"""Apizee for Slack: slices for what people do, layers for what is talked to.

From the top; imports go down only (`make lint` checks it):

- `cli`, `jobs_cli`, `audit_cli`, `doctor`: what operators run.
- `container`, `endpoints`, `adapters`, `connections`: where every part is built once.
- `web` (HTTP) and the package `handlers` (Slack's menu); `jobs.worker` and `jobs.tasks`, which run the jobs.
- `sessions`, `media`, `statistics`, `deferred`, `home`, `installation`, `policy`: the slices, with their views.
- `ui`: what all views share; `jobs.queue`: adding work.
- `slack`, `apizee`, `store`: both vendors, and Redis.
- `grammar`, `model`: what people type, and what a session is.
- `settings`, `log`, `metrics`, `manifest`: what operators and Slack set, what is logged and counted.
"""

import sys

# httpx and structlog import it where it is installed, for a command line and for tracebacks that nobody sees: 3 MiB of
# each process, and a twentieth of its start. See https://docs.python.org/3/reference/import.html#the-module-cache
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # typeshed does not know of it
