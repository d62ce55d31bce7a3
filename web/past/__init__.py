"""The past: versions of an entry, and every page and feed as of a day (`?at=2017-10-31`)."""
