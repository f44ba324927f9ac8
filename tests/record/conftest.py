"""The recorded march, for all tests of what is recorded."""

from marching import march

__all__ = ["march"]
