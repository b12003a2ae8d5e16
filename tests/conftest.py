"""Fixtures that several test modules share."""

import os
from pathlib import Path

import pytest

KG_DATA = "KG_DATA"


@pytest.fixture(scope="session")
def kg_data() -> Path:
    """Return the folder of seeds/, gold/ and data/ that KG_DATA names; skip the test without it."""
    if not os.environ.get(KG_DATA):
        pytest.skip("needs the evaluation data: set KG_DATA to the folder with seeds/, gold/ and data/")
    folder = Path(os.environ[KG_DATA]).resolve()
    assert (folder / "gold").is_dir(), f"KG_DATA names {folder}, which has no gold/"
    return folder
