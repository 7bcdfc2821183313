"""`python -m helpers.worker --control FD` (helpers.worker.server) or `--channel FD` (helpers.worker.fresh)."""

import sys

if any(argument.split("=")[0] == "--channel" for argument in sys.argv[1:]):
    from helpers.worker.fresh import main
else:
    from helpers.worker.server import main

main()
