"""Whole sources in: compared with what is known of them, written down as one change, reported."""
