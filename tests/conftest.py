"""Fixtures for all tests. No test needs a screen, a network or a clock."""

import os
import sys
from pathlib import Path

import pytest

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

TESTS = Path(__file__).resolve().parent
if str(TESTS) not in sys.path:  # for `naive` and `scenes`, which tests in every folder share
    sys.path.insert(0, str(TESTS))


@pytest.fixture
def project() -> Path:
    """The folder the program lies in."""
    return TESTS.parent
