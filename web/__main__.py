"""`python -m web` is `govgraph`."""

from web.commands import main

main()
