"""Golden files: written anew with PROBE6_GOLDEN=write, and then read by a person before they are committed."""

import os

import pytest


@pytest.fixture
def regenerate() -> bool:
    return os.environ.get("PROBE6_GOLDEN") == "write"
