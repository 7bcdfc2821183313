"""`python -m tests.attacks.as_user UID command …`: run a command as an ordinary user, which needs root.

In a mount namespace of its own: where the interpreter lies in a closed home, it is all that is left of that home.
"""

from __future__ import annotations

import os
import sys

from helpers.worker import linux
from tests.closed_home import open_the_way


def main() -> None:
    user = int(sys.argv[1])
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount("none", "/", None, linux.MS_REC | linux.MS_PRIVATE)
    open_the_way()
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
