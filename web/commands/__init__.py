"""The command line: `govgraph demo | init | load | serve | rebuild | check | backup | restore | user`."""
