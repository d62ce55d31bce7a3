"""Asking: queries as files, killable workers for strangers, formats, feeds."""
