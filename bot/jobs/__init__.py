"""The durable work: what was acknowledged is done, whatever dies in between.

Jobs live in Redis (pydocket) and carry ids only; what they are about is in the encrypted records. A job
whose process was killed is taken over by another worker, or by the next one that starts.

`worker` adds jobs and works on them, `attempts` decides what becomes of one that failed, `watchdog` notices a worker
that takes no job any more.
"""

from bot.jobs.worker import NAME, Jobs

__all__ = ["NAME", "Jobs"]
