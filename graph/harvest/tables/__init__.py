"""Spreadsheets in: rows read, bound by a mapping that is data, and made into entries."""
