"""What an explorer shows, as an immutable mapping; and what a reader did to its picture."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class State(Mapping[str, Any]):
    """Named values: state.stride or state["stride"]. It never changes; replace(...) makes another one."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_values", dict(values))

    def replace(self, **changes: Any) -> "State":
        """The same state with some values replaced; a name it does not have is an error."""
        unknown = [name for name in changes if name not in self._values]
        if unknown:
            raise ValueError(f"the explorer has no {unknown[0]!r}; its state holds {', '.join(self._values)}")
        return State({**self._values, **changes})

    def __getattr__(self, name: str) -> Any:
        # Copying and unpickling ask for attributes before there are any values.
        if name == "_values" or name not in self._values:
            raise AttributeError(f"the state has no {name!r}")
        return self._values[name]

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a state does not change; use state.replace({name}=…)")

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"State({', '.join(f'{k}={v!r}' for k, v in self._values.items())})"


@dataclass(frozen=True)
class Pick:
    """Something a reader did to a cell.

    key     the cell's name, cell("x", 1, 2); for a drag the panel's name
    event   "click", "enter", "edit" or "drag"
    value   the number typed (edit)
    dx, dy  steps to the right and down (drag)
    """

    key: str
    event: str = "click"
    value: float | None = None
    dx: int = 0
    dy: int = 0

    @property
    def panel(self) -> str:
        """The panel's name: "x" of "x:1,2"."""
        return self.key.rpartition(":")[0] or self.key

    @property
    def place(self) -> tuple[int, int]:
        """Row and column of the cell: (1, 2) of "x:1,2"."""
        row, _, column = self.key.rpartition(":")[2].partition(",")
        return int(row), int(column)
