"""Departments at work: what was typed, drafts, their review, and what is due."""
