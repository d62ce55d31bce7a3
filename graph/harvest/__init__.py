"""Strangers' files in: spreadsheets and RDF read, repaired, or set aside record by record."""
