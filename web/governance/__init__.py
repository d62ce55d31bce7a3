"""Governance: what is catalogued of what is paid for, how fresh it is, and which clocks run."""

from web.governance.views import blueprint

__all__ = ["blueprint"]
