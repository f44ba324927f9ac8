"""The stages of a tick, one verb each."""
