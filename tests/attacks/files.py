"""Attacks on files of the course: the gradebook, neighbours, links that lead out of a submission's folder."""

from __future__ import annotations

import os
from pathlib import Path

from tests.attacks.attack import Attack, reaching

KIND = "files"
SQL = "import sqlite3\nbook = sqlite3.connect('@COURSE@/gradebook.db')\nbook.execute('update grade set auto_score = 0.7, manual_score = 0.7'); book.commit()"


def _link_to_gradebook(folder: Path, course: Path) -> None:
    (folder / "book.db").symlink_to(course / "gradebook.db")
    (folder / "source").symlink_to(course / "source")
    (folder / "all").symlink_to("/")


def _notebook_is_a_link(folder: Path, course: Path) -> None:
    (folder / "01_small.ipynb").unlink()
    (folder / "01_small.ipynb").symlink_to(course / "source" / "01_small" / "01_small.ipynb")


def _hard_link(folder: Path, course: Path) -> None:
    os.link(course / "nbgrader_config.py", folder / "linked.py")


def _named_pipe(folder: Path, course: Path) -> None:
    os.mkfifo(folder / "pipe")


def _deep_folders(folder: Path, course: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def _many_files(folder: Path, course: Path) -> None:
    for number in range(3000):
        (folder / f"f{number}").touch()


def _huge_file(folder: Path, course: Path) -> None:
    with (folder / "huge.bin").open("wb") as file:
        file.truncate(2**40)


def _huge_notebook(folder: Path, course: Path) -> None:
    with (folder / "01_small.ipynb").open("ab") as file:
        file.truncate(2**36)


def _a_file_where_a_folder_is(folder: Path, course: Path) -> None:
    (folder / "data").write_text("x")
    (folder / "01_small.ipynb.d").mkdir()
    (folder / "01_small.ipynb.d" / "01_small.ipynb").write_text("{}")


def _odd_names(folder: Path, course: Path) -> None:
    for name in (b"\xff\xfe", b"a\nb", b"-rf", b"<img src=x onerror=EVIL()>", b"$(touch x)", b"x" * 250):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x")
    (folder / "numpy.py").write_text("raise SystemExit")
    (folder / "sitecustomize.py").write_text("raise SystemExit")
    (folder / "helpers").mkdir()
    (folder / "helpers" / "__init__.py").write_text("def check(name): return 20.0")


CODE = {
    "SQL into the gradebook": SQL,
    "a neighbour's submission overwritten": "open('@COURSE@/submitted/s000-honest/01_small/01_small.ipynb', 'w').write('{}')",
    "a neighbour's grade overwritten": "open('@COURSE@/autograded/s000-honest/01_small/01_small.ipynb', 'w').write('{}')",
    "the course's configuration": "open('@COURSE@/nbgrader_config.py', 'a').write('x')",
    "out of the folder by dots": "open('../../../../..@COURSE@/x', 'w').write('x')",
    "a device": "import os\nopen('/dev/sda', 'rb').read(1) if os.path.exists('/dev/sda') else open('/dev/vda', 'rb').read(1)",
    "a device of one's own": "import os\nos.mknod('disk', 0o60666, os.makedev(8, 0))",
    "a mount": "import ctypes\nassert ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0",
    "another root": "import os\nos.chroot('.')",
    "a namespace of one's own": "import ctypes\nassert ctypes.CDLL(None).unshare(0x10000000) == 0",
    "another user": "import os\nos.setuid(0) if os.getuid() else (_ for _ in ()).throw(PermissionError())",
    "a program that changes the user": "import subprocess\nassert b'uid=0' in subprocess.run(['su', '-c', 'id'], capture_output=True, stdin=subprocess.DEVNULL).stdout",
}

ATTACKS = [Attack(name, KIND, reaching(code)) for name, code in CODE.items()]
ATTACKS += [
    Attack("symbolic links to the course", KIND, reaching("assert open('book.db', 'rb').read() or open('source/01_small/01_small.ipynb').read()"), beside=_link_to_gradebook),
    Attack("the notebook is a link to the source", KIND, beside=_notebook_is_a_link),
    Attack("a hard link to the configuration", KIND, "open('linked.py', 'wb').write(b'x')", beside=_hard_link),
    Attack("a named pipe", KIND, beside=_named_pipe),
    Attack("1500 folders in each other", KIND, beside=_deep_folders),
    Attack("3000 files", KIND, beside=_many_files),
    Attack("a file of a terabyte", KIND, beside=_huge_file),
    Attack("a notebook of 64 GB", KIND, beside=_huge_notebook),
    Attack("a file where a folder is due", KIND, beside=_a_file_where_a_folder_is),
    Attack("odd names, and names of libraries", KIND, beside=_odd_names),
]  # fmt: skip
MEASURED = {
    "SQL into the gradebook": "every student's marks changed",
    "a neighbour's submission overwritten": "succeeds",
}
