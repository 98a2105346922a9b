"""What the bot costs, measured beside what others would use: `make bench`, or `python -m benchmarks`.

- `machine`: the two cores, one for the program that is measured, one for everything around it.
- `process`, `redis_server`: programs that are started, watched and ended; `programs` are those of others.
- `http_stub`, `slack_stub`, `apizee_stub`: the two vendors, as fast as they can be in this process.
- `commands`, `client`, `load`: signed commands, and the three ways in which they arrive.
- `subjects`, `installing`: who is measured, and what they need.
- `environment`: all of it, put up for one measurement; `seeding`: with sessions in its Redis.
- `measures`: the measurements, each of which adds its figures to `results`; `settings`: how long they take.
- `goals`, `tables`, `report`: what the figures should be, and how they are shown.
"""
