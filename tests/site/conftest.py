"""The whole house is looked at in a real browser."""

from __future__ import annotations

from tests.browser import address, browser_type_launch_args, house, photograph, reader

__all__ = ["address", "browser_type_launch_args", "house", "photograph", "reader"]
