"""Apizee for Slack: the bot behind the listeners.

The layers, from the top; imports go down only (`make lint` checks it):

- `cli`: `apizee-slack serve`, `worker`, `demo`, `doctor`, `manifest`.
- `app`: builds everything from the settings and closes it in reverse; `doctor` examines an installation.
- `install`, `webhooks`: the web addresses for whoever installs the bot, and for Apizee; `watch`: the jobs that follow
  sessions.
- `handlers` (a package of its own: Slack's menu), `web` (HTTP), `jobs` (the durable work).
- `queue`: where work is handed over.
- `deferred`: runs the requests that are answered after the acknowledgement.
- `services`: the use cases, in users' words: starting a session, look-ups, doors, media.
- `slack`, `apizee`, `store`, `ui`: the two vendors, Redis, and what people read; strangers to each other.
- `deferred.requests`: those requests, as they are stored.
- `figures`: what sessions come to in sum; `targets`: what people point at.
- `grammar`, `metrics`, `log`, `manifest`, `settings`: what people type, what is counted and written down, what
  Slack and operators set.
- `model`, `errors`: what a session is, and what can go wrong; below them only `media`: photos and recordings.
"""
