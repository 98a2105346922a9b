"""Durable work: what was acknowledged is done, whatever dies in between.

Jobs live in Redis (pydocket) and carry ids only; what they are about is in the encrypted records. A job
whose process was killed is taken over by another worker, or by the next one that starts.

`queue` stands below the slices, which add their work to it by a verb for each kind. `worker` runs jobs, `attempts`
decides what becomes of one that failed, `watchdog` notices a worker that takes no job any more; `tasks`, above the
slices, maps each job's name to a function of theirs.
"""

from bot.jobs.docket_alone import import_docket

import_docket()
