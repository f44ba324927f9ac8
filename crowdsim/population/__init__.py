"""Who and what changes: a row per person, per barrier."""
