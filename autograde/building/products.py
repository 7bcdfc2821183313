"""The files that a build writes: put in place one by one, and never over somebody's work.

A record in build/written.json says what the last build wrote. A notebook that differs from it was changed by a person
(answers typed into notebooks/, most likely) and is kept until they say otherwise.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from autograde.building.rounding import same_but_for_rounding

Say = Callable[[str], object]
RECORD, REPLACED = Path("build/written.json"), Path("build/replaced")


@dataclass(frozen=True)
class Product:
    """A file that the build makes: its path in the repository and its text."""

    path: Path
    text: str

    def is_current(self, root: Path) -> bool:
        """Whether the file says what this product says; last bits of numbers may be another processor's."""
        path = root / self.path
        if not path.exists():
            return False
        there = path.read_text(encoding="utf-8")
        return there == self.text or (path.suffix == ".json" and same_but_for_rounding(there, self.text))

    def staleness(self, root: Path) -> str | None:
        """Why the file on disk is not this product, or None."""
        if not (root / self.path).exists():
            return f"{self.path} is missing"
        return None if self.is_current(root) else f"{self.path} is out of date"


@dataclass
class Writer:
    """Writes products under `root`; `overwrite` replaces changed notebooks too, keeping a copy."""

    root: Path
    say: Say
    overwrite: bool = False
    changed: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._record: dict[str, str] = {}
        path = self.root / RECORD
        if path.exists():
            self._record = json.loads(path.read_text(encoding="utf-8"))

    def put(self, product: Product) -> None:
        """Write one product unless it is there already or a person changed the notebook in its place."""
        if not product.is_current(self.root):
            if self._was_edited(product.path) and not self.overwrite:
                self.say(
                    f"kept {product.path}: it was changed after it was built. "
                    f"`autograde build --overwrite` replaces it and keeps a copy in {REPLACED}/"
                )
                return
            self._keep_copy(product.path)
            _replace(self.root / product.path, product.text)
            self.changed.append(self.root / product.path)
            self.say(f"wrote {product.path}")
        self._record[str(product.path)] = _digest(product.text)

    def remove_leftovers(self, current: Iterable[Product]) -> None:
        """Remove what an earlier build wrote and this one no longer makes; edited notebooks stay."""
        for name in sorted(set(self._record) - {str(product.path) for product in current}):
            path = self.root / name
            if path.exists() and not self._was_edited(Path(name)):
                path.unlink()
                self.changed.append(path)
                self.say(f"removed {name}")
            del self._record[name]

    def close(self) -> None:
        """Remember what was written."""
        _replace(self.root / RECORD, json.dumps(self._record, indent=1, sort_keys=True) + "\n")

    def _was_edited(self, path: Path) -> bool:
        there = self.root / path
        if path.suffix != ".ipynb" or path.parts[0] != "notebooks" or not there.exists():
            return False
        known = self._record.get(str(path))
        return known is not None and known != _digest(there.read_text(encoding="utf-8"))

    def _keep_copy(self, path: Path) -> None:
        there = self.root / path
        if path.parts[0] == "notebooks" and there.exists():
            (self.root / REPLACED).mkdir(parents=True, exist_ok=True)
            name = f"{path.stem}-{_digest(there.read_text(encoding='utf-8'))[:8]}{path.suffix}"
            shutil.copyfile(there, self.root / REPLACED / name)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
