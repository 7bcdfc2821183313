"""One command sets the course up, one lock serves pip, conda and Binder, and what is missing is named."""

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tools"))

import bootstrap  # noqa: E402
import commands  # noqa: E402
import environment  # noqa: E402
import lab  # noqa: E402
import machine  # noqa: E402
import suite  # noqa: E402
from say import Trouble  # noqa: E402

LOCKS = ["requirements.lock", "requirements-test.lock"]


def lines(name):
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pins(name):
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines(name)}


def wanted(distribution):
    project = tomllib.loads((REPOSITORY / distribution / "pyproject.toml").read_text(encoding="utf-8"))
    found = list(project["build-system"]["requires"]) + list(project["project"]["dependencies"])
    for name, extra in project["project"].get("optional-dependencies", {}).items():
        found += [] if name == "cluster" else extra  # for those who have a cluster: in the lock of the tests
    return [Requirement(text) for text in found]


# The lock


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_exact_versions_and_nothing_of_one_machine(name):
    for line in lines(name):
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; .+)?", line), line


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_gpu_libraries(name):
    assert not [line for line in lines(name) if re.match("nvidia|cuda|triton", line)]


@pytest.mark.parametrize("distribution", ["helpers", "autograde"])
def test_the_lock_pins_everything_that_a_distribution_needs(distribution):
    locked = pins("requirements.lock")
    for requirement in wanted(distribution):
        if requirement.name.startswith("convnet-course-"):
            continue
        pin = locked.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} is not in requirements.lock; run `make lock`"
        version = next(iter(pin.specifier)).version
        assert version in requirement.specifier, f"{requirement} and {pin} disagree; run `make lock`"


def test_the_lock_of_the_tests_adds_to_the_other_one_and_contradicts_it_nowhere():
    course, test = pins("requirements.lock"), pins("requirements-test.lock")
    for name in course.keys() & test.keys():
        # The same version under another condition, such as an operating system, is no contradiction.
        assert course[name].specifier == test[name].specifier
    needed = {canonicalize_name(Requirement(line).name) for line in lines("requirements-test.in")}
    assert needed <= course.keys() | test.keys()


def test_the_lock_pins_torch_without_naming_a_build():
    assert str(pins("requirements.lock")["torch"]) == "torch==2.13.0"


# conda and Binder


def test_conda_installs_the_locked_set_with_pip():
    recipe = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    *conda, with_pip = recipe["dependencies"]
    assert conda == ["python=3.11", "pip"]
    assert "-r requirements.lock" in with_pip["pip"]
    assert "-e ./helpers" in with_pip["pip"] and "-e ./autograde" in with_pip["pip"]
    assert any(line.startswith("--extra-index-url") and line.endswith("/cpu") for line in with_pip["pip"])


def test_binder_takes_the_recipe_of_conda_and_then_trusts_the_notebooks(tmp_path):
    """repo2docker writes its Dockerfile without needing Docker."""
    for name in ("environment.yml", "requirements.lock", "postBuild", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, tmp_path)
    program = shutil.which("jupyter-repo2docker", path=str(Path(sys.executable).parent))
    assert program, "jupyter-repo2docker is missing; `make env ARGS=test` installs it"
    command = [program, "--no-build", "--debug", "--user-id", "1000", "--user-name", "jovyan", "."]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    recipe = answer.stdout + answer.stderr
    assert answer.returncode == 0, recipe
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"' in recipe
    # The whole repository is there before pip reads requirements.lock and the two distributions.
    assert recipe.index("COPY --chown=1000:1000 src/ ${REPO_DIR}") < recipe.index('--file "environment.yml"')
    assert recipe.index('--file "environment.yml"') < recipe.index("RUN ./postBuild")
    assert "Building conda environment for python=3.11" in recipe


def test_scripts_that_others_start_are_executable_and_parse():
    for name in ("postBuild", ".ci/run"):
        assert os.access(REPOSITORY / name, os.X_OK), name
        subprocess.run(["bash", "-n", REPOSITORY / name], check=True)


def test_jupyterlab_asks_nobody_about_news():
    settings = json.loads(environment.LAB_SETTINGS.read_text(encoding="utf-8"))
    notification = settings["@jupyterlab/apputils-extension:notification"]
    assert notification == {"fetchNews": "false", "checkForUpdates": False}


# Words for what is missing


def test_an_old_python_can_read_the_file_that_turns_it_away():
    ast.parse((REPOSITORY / "tools" / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 4))


@pytest.mark.parametrize(("version", "age"), [((3, 8, 10), "too old"), ((3, 19, 0), "newer than")])
def test_a_python_that_does_not_fit_is_named_with_the_way_to_another(version, age):
    text = bootstrap.complaint(version, "/usr/bin/python3")
    assert f"Found: Python {version[0]}.{version[1]} (/usr/bin/python3), which is {age}" in text
    assert "3.11 to 3.14" in text and "apt-get install" in text and "make lab PYTHON=" in text


def test_a_missing_venv_module_is_said_with_its_package(monkeypatch):
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Trouble, match="apt-get install python3-venv"):
        machine.require_venv()


def test_a_full_disk_is_said_before_anything_is_installed(tmp_path):
    machine.require_disk(tmp_path, wanted=1)
    with pytest.raises(Trouble, match="Make room"):
        machine.require_disk(tmp_path, wanted=2**60)


def test_little_memory_is_a_warning(capsys):
    machine.warn_of_little_memory(wanted=2**60)
    assert "GB of memory are free" in capsys.readouterr().out
    machine.warn_of_little_memory(wanted=0)
    assert capsys.readouterr().out == ""


def test_the_limit_of_a_container_counts_as_memory(tmp_path):
    (tmp_path / "memory.max").write_text("2147483648\n")
    (tmp_path / "memory.current").write_text("1073741824\n")
    assert machine._free_of_the_container(tmp_path) == 2**30
    (tmp_path / "memory.max").write_text("max\n")
    assert machine._free_of_the_container(tmp_path) is None


def test_a_taken_port_is_passed_over():
    first = machine.free_port(18888)
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", first))
        occupant.listen()
        assert machine.free_port(first) > first
        with pytest.raises(Trouble, match="jupyter lab list"):
            machine.free_port(first, tries=1)


def test_a_missing_browser_is_said_with_the_ways_to_one(monkeypatch):
    monkeypatch.setattr(machine, "browser", lambda: None)
    monkeypatch.setattr(machine, "is_root", lambda: False)
    with pytest.raises(Trouble, match="apt-get install chromium") as trouble:
        machine.require_browser()
    assert "COURSE_BROWSER" in str(trouble.value) and "not browser" in str(trouble.value)


def test_a_browser_that_is_named_is_taken(monkeypatch):
    monkeypatch.setenv("COURSE_BROWSER", "/opt/chrome")
    assert machine.require_browser() == "/opt/chrome"


# The environment


@pytest.fixture
def fake_environment(tmp_path, monkeypatch):
    """A repository in a temporary folder whose installations are only written down."""
    for name in LOCKS:
        shutil.copy(REPOSITORY / name, tmp_path)
    for name in environment.DISTRIBUTIONS:
        (tmp_path / name).mkdir()
        shutil.copy(REPOSITORY / name / "pyproject.toml", tmp_path / name)
    monkeypatch.delenv("TORCH", raising=False)
    monkeypatch.setattr(environment, "REPOSITORY", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "_installed_torch", lambda: "")
    monkeypatch.setattr(environment, "_answers", lambda address: False)
    done = []

    def note(*command, doing):
        done.append(doing)
        environment.python().parent.mkdir(parents=True, exist_ok=True)
        environment.python().touch()

    monkeypatch.setattr(environment, "_run", note)
    return done


def test_a_fresh_machine_gets_torch_first_and_alone(fake_environment):
    environment.ensure(environment.TEST)
    assert fake_environment == [
        "make the environment",
        "run pip install -c requirements.lock torch==2.13.0",
        "run pip install -r requirements.lock",
        "run pip install --no-deps --no-build-isolation -e ./helpers -e ./autograde",
        "run pip install -c requirements.lock -r requirements-test.lock",
    ]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has two builds of PyTorch")
def test_on_linux_the_build_without_gpu_libraries_is_asked_for_where_it_can_be_had(
    fake_environment, monkeypatch
):
    monkeypatch.setattr(environment, "_answers", lambda address: True)
    environment.ensure(environment.COURSE)
    assert (
        fake_environment[1] == f"run pip install --no-deps --index-url {environment.CPU_INDEX} torch==2.13.0"
    )


def test_the_build_for_gpus_is_taken_when_asked_for(fake_environment, monkeypatch):
    monkeypatch.setattr(environment, "_answers", lambda address: True)
    monkeypatch.setenv("TORCH", "gpu")
    environment.ensure(environment.COURSE)
    assert fake_environment[1] == "run pip install -c requirements.lock torch==2.13.0"


def test_an_unknown_build_of_torch_is_refused(fake_environment, monkeypatch):
    monkeypatch.setenv("TORCH", "tpu")
    with pytest.raises(Trouble, match="cpu or gpu"):
        environment.ensure(environment.COURSE)


def test_the_second_run_installs_nothing(fake_environment):
    environment.ensure(environment.COURSE)
    fake_environment.clear()
    environment.ensure(environment.COURSE)
    assert fake_environment == []


@pytest.mark.parametrize("changed", ["requirements.lock", "helpers/pyproject.toml"])
def test_a_changed_lock_or_project_is_installed_again(fake_environment, changed):
    environment.ensure(environment.COURSE)
    fake_environment.clear()
    path = environment.REPOSITORY / changed
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    environment.ensure(environment.COURSE)
    assert "run pip install -r requirements.lock" in fake_environment


def test_an_interrupted_installation_is_taken_up_again(fake_environment, monkeypatch):
    note = environment._run

    def fails_at_the_libraries(*command, doing):
        if "-r requirements.lock" in doing:
            raise Trouble("the network failed")
        note(*command, doing=doing)

    monkeypatch.setattr(environment, "_run", fails_at_the_libraries)
    with pytest.raises(Trouble):
        environment.ensure(environment.COURSE)
    monkeypatch.setattr(environment, "_run", note)
    environment.ensure(environment.COURSE)
    assert "run pip install -r requirements.lock" in fake_environment


def test_the_student_edition_installs_helpers_alone(fake_environment):
    shutil.rmtree(environment.REPOSITORY / "autograde")
    environment.ensure(environment.COURSE)
    assert fake_environment[-1].endswith("--no-build-isolation -e ./helpers")


def test_the_student_edition_goes_without_the_tools_for_instructors(fake_environment, tmp_path, monkeypatch):
    place = tmp_path / "settings" / "convnet-course.json"
    place.parent.mkdir()
    shutil.copy(environment.LAB_SETTINGS, place)
    monkeypatch.setattr(environment, "LAB_SETTINGS", place)
    switched_off = environment.VENV / "etc" / "jupyter" / "labconfig" / "page_config.json"
    environment.ensure(environment.COURSE)
    assert not switched_off.exists()
    student = REPOSITORY / "autograde/student/helpers/data/jupyterlab/page_config.json"
    shutil.copy(student, place.parent)
    environment._install_lab_settings()
    assert "@jupyter/nbgrader:create-assignment" in switched_off.read_text()


def test_a_failing_pip_is_said_with_what_to_do(monkeypatch):
    with pytest.raises(Trouble, match="exit status 3.*\n.*same command again"):
        environment._run(sys.executable, "-c", "raise SystemExit(3)", doing="run pip install x")


# Opening the course


@pytest.mark.parametrize(
    ("arguments", "port"),
    [([], None), (["--port=9000"], 9000), (["--port", "9001"], 9001), (["--no-browser"], None)],
)
def test_a_port_that_is_asked_for_is_kept(arguments, port):
    assert lab._chosen_port(arguments) == port


def test_no_option_is_given_to_jupyterlab_twice(monkeypatch):
    monkeypatch.setattr(machine, "has_screen", lambda: False)
    monkeypatch.setattr(machine, "is_root", lambda: True)
    assert lab._options(8888, []) == [
        "--port=8888",
        "--ServerApp.port_retries=0",
        "--allow-root",
        "--no-browser",
        "--log-level=WARN",
    ]
    assert lab._options(9000, ["--port=9000", "--no-browser", "--debug"]) == ["--allow-root"]


def test_the_course_opens_on_its_first_notebook(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab, "REPOSITORY", tmp_path)
    assert lab._start_page() == "/lab" and "isn't there yet" in capsys.readouterr().out
    (tmp_path / "notebooks").mkdir()
    (tmp_path / lab.FIRST_NOTEBOOK).touch()
    assert lab._start_page() == "/lab/tree/notebooks/00_start_here.ipynb"


# The commands


def test_make_knows_every_command():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split())
    assert phony == set(commands.COMMANDS)


def test_an_unknown_command_names_the_known_ones(capsys):
    assert commands.run(["lba"]) == 2
    assert "lab, test, demo" in capsys.readouterr().err


def test_the_student_edition_offers_what_works_there(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "REPOSITORY", tmp_path)
    assert list(commands.commands_here()) == ["lab", "env", "clean", "help"]


def test_trouble_ends_a_command_without_a_traceback(monkeypatch, capsys):
    def fails(arguments):
        raise Trouble("All ports are taken.")

    monkeypatch.setitem(commands.COMMANDS, "lab", fails)
    assert commands.run(["lab"]) == 1
    assert capsys.readouterr().err.strip() == "All ports are taken."


def test_one_failing_step_fails_the_suite_and_the_others_still_run(tmp_path, monkeypatch, capfd):
    steps = [("first", [sys.executable, "-c", "raise SystemExit(1)"]), ("second", [sys.executable, "-c", ""])]
    monkeypatch.setattr(suite, "REPOSITORY", tmp_path)
    monkeypatch.setattr(suite, "_steps", lambda python, arguments: steps)
    monkeypatch.setattr(machine, "require_browser", lambda: "/usr/bin/chromium")
    assert suite.run(sys.executable, []) == 1
    told = capfd.readouterr().out
    assert re.search(r"first +FAILED", told) and re.search(r"second +ok", told)
