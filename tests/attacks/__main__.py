"""`make attacks`: grade every attack, as root and as an ordinary user where this process may be both, and print the table.

The table in docs/attacks.md is what this prints. Exit status 1 when an attack succeeded.
"""

from __future__ import annotations

import os
import sys

from tests.attacks import ATTACKS
from tests.attacks.attack import Attack
from tests.attacks.batch import HONEST_SCORE, Batch, run

HEAD = "| attack | kind | plain nbgrader | {users} |\n|---|---|---|{lines}|"


def main() -> int:
    users = ["root", "ordinary user"] if os.geteuid() == 0 else ["ordinary user"]
    if len(users) == 1:
        print("Not root: attacks are graded as this user only.", file=sys.stderr)
    batches = [run(user) for user in users]
    print(HEAD.format(users=" | ".join(f"as {u}" for u in users), lines="|".join("---" for _ in users)))
    for attack in ATTACKS:
        cells = " | ".join(result(batch, attack) for batch in batches)
        print(f"| {attack.name} | {attack.kind} | {attack.plain or 'not measured'} | {cells} |")
    trouble = [line for batch in batches for line in troubles(batch)]
    print(f"\n{len(ATTACKS)} attacks; {', '.join(f'{b.seconds:.0f} s as {b.user}' for b in batches)}")
    for line in trouble:
        print(line, file=sys.stderr)
    return int(bool(trouble))


def result(batch: Batch, attack: Attack) -> str:
    """What came of an attack, in a few words: points, and whether it says that it reached its aim."""
    made = batch.of(attack)
    if made.score is None:
        return "**not graded**"
    reached = "REACHED" in made.outputs or "REACHED" in str(made.verdicts)
    return (
        "**reached**"
        if reached
        else f"{made.score:g} points"
        if made.score == 0
        else f"**{made.score:g} points**"
    )


def troubles(batch: Batch) -> list[str]:
    """What went wrong in a batch, as sentences."""
    found = [f"as {batch.user}: {thing}" for thing in batch.broken]
    found += [f"as {batch.user}: {a.name}: {result(batch, a)}" for a in ATTACKS if "**" in result(batch, a)]
    marks = {student: made.score for student, made in batch.honest.items() if made.score != HONEST_SCORE}
    return found + [
        f"as {batch.user}: {student} is honest and got {score}" for student, score in marks.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
