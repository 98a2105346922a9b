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
