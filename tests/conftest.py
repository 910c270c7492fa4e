"""What all tests share: where the repository is, and that no test is a matter of luck."""

import os
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent

hypothesis.settings.register_profile("same_every_time", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same_every_time"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT
