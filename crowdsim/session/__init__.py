"""Ownership of the state, the order of the tick, and the way in."""
