"""The debrief: what a run amounts to, as one page."""
