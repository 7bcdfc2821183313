"""The `autograde` command: one function per subcommand, which says what it does and leaves the work to its module."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

USAGE_ERRORS = (
    "BuildError",
    "DefinitionError",
    "LectureError",
    "SeedError",
    "CourseError",
    "PictureError",
    "AnswerError",
    "ReleaseError",
    "CodecError",
    "SandboxError",
)


class Commands(click.Group):
    """Prints the commands in the order in which an instructor meets them, and known errors without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["list", "try", "mutants", "build", "init", "collect", "grade", "demo", "bench", "bundle"]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if type(error).__name__ in USAGE_ERRORS or isinstance(error, FileNotFoundError | PermissionError):
                raise click.ClickException(str(error)) from None
            raise


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Build the course and grade its classes.

    \b
    A first look:          autograde list
                           autograde demo
    A class of your own:   autograde init my-course
                           autograde collect my-course hand-ins.zip
                           autograde grade my-course
    A changed lecture:     edit solutions/NN_name.py or autograde/exercises/name.py,
                           then autograde build
    """
    # nbgrader calls programs that stand beside this Python, whether or not the environment is activated.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    # jsonschema loads this where it is there, to check addresses of a kind that notebooks do not hold; loading it compiles
    # a grammar, which takes as long as all else that a command loads. jsonschema does without.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@main.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def list_exercises(as_json: bool) -> None:
    """Show every exercise: lecture, points, number of misconceptions."""
    from autograde.course.listing import exercise_rows, table

    rows = exercise_rows()
    click.echo(json.dumps(rows, indent=1) if as_json else table(rows))


@main.command("try")
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--seed",
    type=int,
    default=None,
    help="Seed of the hidden cases; default: the course around you, or the practice seed.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON: score, points, outcome, misconceptions, in_common, line, visible, hidden.",
)
@click.option(
    "--where", "line_too", is_flag=True, help="Search for the line in which one small change makes all right."
)
@click.option(
    "--seconds", default=30.0, show_default=True, help="End an answer that runs longer, an endless loop, say."
)
def try_answer(
    name: str, file: Path, seed: int | None, as_json: bool, line_too: bool, seconds: float
) -> None:
    """Grade one answer: exercise NAME, answered by the Python FILE that defines it.

    \b
    Example:  autograde try max_pool2d answer.py
    Shows the score, the hint a student would get, and the hidden cases that fail.
    The file is run on this machine as you: try only code that you would run yourself.
    """
    from autograde.classroom.trial import trial

    done = trial(name, file, seed, seconds, line_too)
    click.echo(json.dumps(done.dictionary, indent=1) if as_json else done.text)


@main.command()
@click.argument("what", default="", metavar="[LECTURE|EXERCISE]")
@click.option("--sample", default=1, metavar="N", help="Make one of every N edits only.")
@click.option("--jobs", default=2, show_default=True, help="Processes side by side.")
@click.option(
    "--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write every edit to this file."
)
def mutants(what: str, sample: int, jobs: int, file: Path | None) -> None:
    """Try the check on slips: every small edit of every solution and alternative, judged by check and by grading.

    \b
    Example:  autograde mutants conv2d
    Lists the edits that the check calls right and hidden cases refuse, those that both accept, and the share
    of wrong results that the check explains. Exits with 1 if there are any of the first two kinds without a reason, or
    reasons that nothing needs any more; reasons stand in survivors.py beside the exercise.
    """
    from autograde.mutants import running

    names = running.chosen_exercises(what)
    all_found = running.report(names, max(1, sample), max(1, min(jobs, len(names))), click.echo)
    if file is not None:
        running.write(file, all_found)
    survivors = running.total(all_found).survivors
    if survivors.unexplained or survivors.stale:
        sys.exit(1)


@main.command()
@click.option(
    "--check", is_flag=True, help="Change nothing; say what is out of date and exit with 1 if anything is."
)
@click.option(
    "--overwrite",
    is_flag=True,
    help="Replace notebooks that were changed by hand too; copies go to build/replaced.",
)
def build(check: bool, overwrite: bool) -> None:
    """Make the student notebooks and check data from solutions/ and autograde/exercises/.

    Stops with the full list of problems: a misconception that no visible example shows, two that look
    alike, an exercise without a definition, a duplicate id, a picture without alt text. A notebook that somebody
    changed (answers typed into notebooks/, say) is kept.
    """
    from autograde.building import build as building

    if not check:
        changed = building.build(click.echo, overwrite)
        click.echo(f"{len(changed)} files written." if changed else "Everything was up to date.")
        return
    stale = building.stale()
    for sentence in stale:
        click.echo(sentence)
    if stale:
        raise click.ClickException("run `autograde build` and commit what it writes")
    click.echo("Everything is up to date.")


@main.command()
@click.argument("course", type=click.Path(path_type=Path))
def init(course: Path) -> None:
    """Make the folder COURSE, in which nbgrader and its formgrader work with these lectures.

    It holds nbgrader_config.py, the source notebooks, their released versions and a secret seed for the
    hidden cases. Running it again brings the sources up to date and keeps the seed, the submissions and the gradebook.
    """
    from autograde.classroom.coursefolder import make_course

    made = make_course(course)
    click.echo(f"{course} is ready: {len(made)} lectures released.")
    click.echo(
        f"Next:  cd {course}; nbgrader list; or put submissions into {course}/submitted/STUDENT/LECTURE/"
    )
    click.echo(f"Then:  autograde grade {course}")


@main.command()
@click.argument("course", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("zips", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--newest", is_flag=True, help="Of several uploads by one student, take the latest.")
@click.option(
    "--replace", is_flag=True, help="Take what differs from a submission that is there; the old one is kept."
)
@click.option(
    "--numbers", is_flag=True, help="Add the LMS's number to students' names, where two have the same name."
)
@click.option(
    "--direct",
    is_flag=True,
    help="These zips come from students themselves: what looks like an LMS's is refused.",
)
def collect(
    course: Path, zips: tuple[Path, ...], newest: bool, replace: bool, numbers: bool, direct: bool
) -> None:
    """Take ZIPS into the folder COURSE: what hand_in() packs, or download archives of Canvas and Moodle.

    Shows what was accepted and what was refused, with the reason, and records every upload in COURSE/collected.jsonl.
    Nothing is overwritten: submissions that are replaced are kept under submitted/.replaced. Exits with 1 if
    anything was refused.
    """
    from autograde.classroom.collecting import Options, collected_table
    from autograde.classroom.collecting import collect as take

    results = take(course, list(zips), Options(newest, replace, numbers, direct))
    click.echo(collected_table(results))
    if any(result.reason for result in results):
        sys.exit(1)


@main.command()
@click.argument("course", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--assignment", default=None, help="Grade one lecture only, e.g. 05_pooling.")
@click.option("--student", default=None, help="Grade one student only.")
@click.option("--force", is_flag=True, help="Grade again what is graded already.")
@click.option("--feedback/--no-feedback", default=False, help="Write the students' feedback pages too.")
@click.option(
    "--jobs", default=0, metavar="N", help="Submissions graded side by side; default: one per processor core."
)
@click.option(
    "--require-sandbox", is_flag=True, help="Stop where this machine cannot confine submissions fully."
)
@click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="Hand submissions to a running Dask cluster, e.g. tcp://10.0.0.5:8786; see docs/cluster.md.",
)
@click.option("--tls-ca", default="", metavar="FILE", help="Certificate authority of a tls:// scheduler.")
@click.option("--tls-cert", default="", metavar="FILE", help="This machine's certificate for it.")
@click.option("--tls-key", default="", metavar="FILE", help="The key of that certificate.")
@click.option(
    "--fresh-workers",
    is_flag=True,
    help="Start a process for every submission instead of forking one: slower, same verdicts.",
)
@click.option(
    "--where",
    is_flag=True,
    help="Say in feedback in which line one small change makes a wrong answer right: up to 5 s more for each of them.",
)
@click.option(
    "--nbgrader", "plain", is_flag=True, help="Use nbgrader's own autograder: slow, student code unconfined."
)
def grade(
    course: Path,
    assignment: str | None,
    student: str | None,
    force: bool,
    feedback: bool,
    jobs: int,
    require_sandbox: bool,
    scheduler: str,
    tls_ca: str,
    tls_cert: str,
    tls_key: str,
    fresh_workers: bool,
    where: bool,
    plain: bool,
) -> None:
    """Grade the submissions in the folder COURSE into its gradebook.

    Student code runs confined, in processes of its own; the gradebook, the graded notebooks and a line per submission in
    audit.jsonl are written as results come in. A killed run continues where it stopped. Unchanged, graded submissions are
    skipped; marks and comments given by hand stay. What cannot be read is graded as untouched and reported.
    """
    from autograde.classroom.classgrading import Way, grade_course
    from autograde.classroom.results import summary_table
    from helpers.checking.where import SECONDS

    if plain and (scheduler or fresh_workers or where):
        raise click.UsageError("--nbgrader grades on this machine in its own way: leave out the other one")
    tls = (tls_ca, tls_cert, tls_key)
    way = Way(
        plain, jobs or os.cpu_count() or 1, require_sandbox, scheduler, tls, fresh_workers, SECONDS * where
    )
    results = grade_course(course, assignment, student, force=force, feedback=feedback, way=way)
    click.echo(summary_table(results))
    if any(result.problem for result in results):
        sys.exit(1)


@main.command()
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    default=None,
    help="Make the class in this folder and keep it; default: build/demo.",
)
def demo(keep: Path | None) -> None:
    """Grade a made-up class of twelve with real nbgrader, and show what an instructor sees.

    Every made-up submission states which marks it must get; the command fails if one gets others.
    """
    from autograde.classroom.demo import run_demo

    folder = keep or Path(os.environ.get("COURSE_DEMO", "build/demo"))
    if not run_demo(folder, click.echo):
        sys.exit(1)


@main.command()
@click.option("--students", default=200, show_default=True, help="Size of the class that is graded.")
@click.option(
    "--sample", default=10, show_default=True, help="Submissions that `nbgrader autograde` grades too."
)
@click.option("--classes", default="10,50,1000", show_default=True, help="Further class sizes to time.")
@click.option("--dask/--no-dask", default=True, help="Time two Dask workers against one.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/bench"), show_default=True)
def bench(students: int, sample: int, classes: str, dask: bool, folder: Path) -> None:
    """Measure grading against nbgrader's own autograder; writes build/bench.json.

    Grades a made-up class on the notebooks 02 and 05 and a sample of it with nbgrader's batch, in one run, and compares
    every score. Times hold everything: start, grading, graded notebooks, gradebook, audit.
    """
    from autograde import bench as measuring

    sizes = tuple(int(size) for size in classes.split(",") if size)
    found = measuring.bench(folder, measuring.Size(students, sample, sizes, dask), click.echo)
    click.echo(measuring.as_text(found))
    click.echo(f"Written to {measuring.write_bench('grading', found)}")
    if found["differing_scores"]:
        sys.exit(1)


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
def bundle(out: Path) -> None:
    """Write the student edition to the folder OUT: notebooks, helpers, environment; no solution, no hidden case.

    A public course is made from it: put OUT under version control and share its Binder link.
    """
    from autograde.building.bundle import make_bundle

    count = make_bundle(out)
    click.echo(f"{out}: {count} files. Try it:  cd {out} && make lab")
