"""`python -m helpers.worker --control FD`: see helpers.worker.server."""

from helpers.worker.server import main

main()
