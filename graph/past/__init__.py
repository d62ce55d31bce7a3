"""The catalogue as it was, and who may know of it today."""
