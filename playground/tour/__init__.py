"""Plays tours in a real browser, by what people see, and takes the pictures that the documentation shows.

`apizee-slack demo --headless-tour`: one command, so that no picture is older than what it shows. Each step is a
function that is handed the `Player`: those of `main` are the tour through the page, those of `extra` what it leaves
out.
"""

from playground.tour.playing import PICTURES, play_tours

__all__ = ["PICTURES", "play_tours"]
