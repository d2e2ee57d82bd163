"""A pack to change."""

import shutil

import pytest

from tests.conftest import ROOT


@pytest.fixture
def pack(tmp_path):
    """A copy of the UN75 pack."""
    return shutil.copytree(ROOT / "campaigns" / "un75", tmp_path / "un75")
