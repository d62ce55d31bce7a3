"""What tests of pages share."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.pages import application


@pytest.fixture
def client() -> FlaskClient:
    """Give a visitor of the town; modules that need another house have a client of their own."""
    return application().test_client()
