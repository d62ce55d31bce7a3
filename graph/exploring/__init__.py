"""Exploring: what a view links to what, looked up a little at a time, never by a walk through all."""
