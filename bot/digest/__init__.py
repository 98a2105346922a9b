"""The weekly digest: the figures of a week, posted into the channels for which administrators turned it on."""
