"""`python -m web` is `govgraph`."""

from web.commands.door import main

main()
