"""The kinds of deferred requests that have a file of their own; `bot.deferred.requests` joins them."""
