"""Which day a request is about: every page and feed takes `?at=`, and reads the view of that day."""
