"""The course that attacks are graded in: the small one, and an exercise with a routine off limits and a refusal in its contract."""

from __future__ import annotations

from tests.small_course import EXERCISES, TEXT

MORE = '''

@exercise(points=1)
def halved(x):
    """Half of x; ValueError where x is empty."""
    if x.size == 0:
        raise ValueError("x is empty")
    return x / 2


halved.off_limits("numpy.divide", "numpy.true_divide", "numpy.multiply")
halved.example("two numbers", np.array([3.0, -5.0]))
halved.example_error("nothing", ValueError, np.array([]))


@halved.cases
def numbers(rng):
    yield call(rng.uniform(1, 2, 3))
    yield call(rng.uniform(-2, -1, (2, 3)))


@halved.cases
def nothing_at_all(rng):
    yield call_error(ValueError, np.zeros(0))
    yield call_error(ValueError, np.zeros((0, 3)))
    yield call(np.zeros(3))


@halved.misconception(look="Which of the two is larger?", wrong="You doubled it.")
def doubled(x):
    if x.size == 0:
        raise ValueError("x is empty")
    return 2 * x
'''
MORE_TEXT = '''
# %% exercise="halved"
def halved(x):
    """Half of x; ValueError where x is empty."""
    ### BEGIN SOLUTION
    if x.size == 0:
        raise ValueError("x is empty")
    return x / 2
    ### END SOLUTION

# %% check="halved"
check("halved")
'''
ATTACKED_EXERCISES = EXERCISES.replace("import call,", "import call, call_error,") + MORE
ATTACKED_TEXT = TEXT + MORE_TEXT
HONEST_HALF = "def halved(x):\n    if x.size == 0:\n        raise ValueError('x is empty')\n    return x / 2"
