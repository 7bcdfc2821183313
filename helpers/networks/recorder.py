"""Runs a network once on tensors without numbers and notes every tensor operation: which module, which inputs, which shape.

No weight is made and nothing is computed, so a network of a hundred million parameters is recorded in milliseconds, and
any control flow works: it notes what ran. Knows nothing of tables and pictures.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.overrides import TorchFunctionMode, resolve_name

from helpers.networks.counting import multiply_adds
from helpers.networks.reach import Reach, reach_after

INPUT = -1


class NetworkError(ValueError):
    """A network that cannot be recorded; the message says where it stopped."""


@dataclass(frozen=True)
class Step:
    """One tensor operation that ran.

    name           what ran: "conv2d", "relu", "add", "cat"
    place          the module in which it ran, by its name in the network; "" for the network's own forward
    inputs         numbers of the steps whose results it takes; INPUT for the network's input
    shape          of its result; of the first one where it has several
    multiply_adds  None for an operation that the counter does not know
    reach          receptive field and step of one number of the result, in pixels of the input; None for all of it
    """

    name: str
    place: str
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    multiply_adds: int | None
    reach: Reach | None


@dataclass(frozen=True)
class Weight:
    """A parameter. name: the first one in the network; shared: further names of the same parameter."""

    name: str
    shape: tuple[int, ...]
    shared: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return torch.Size(self.shape).numel()


@dataclass(frozen=True)
class Recording:
    """What ran.

    kinds   name in the network: class of every module, in the order of definition; "" for the network itself
    calls   the modules as they were called, each time: (name, number of the first step in it, number after the last)
    unused  modules with parameters of their own that never ran
    """

    input_shape: tuple[int, ...]
    steps: tuple[Step, ...]
    weights: tuple[Weight, ...]
    kinds: dict[str, str]
    calls: tuple[tuple[str, int, int], ...]
    unused: tuple[str, ...]

    @property
    def parameters(self) -> int:
        """How many numbers can be learned; a shared parameter counts once."""
        return sum(weight.count for weight in self.weights)

    @property
    def multiply_adds(self) -> int:
        """Of all operations that the counter knows."""
        return sum(step.multiply_adds or 0 for step in self.steps)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of the operations that the counter does not know."""
        return tuple(dict.fromkeys(step.name for step in self.steps if step.multiply_adds is None))


def record(network: nn.Module | Callable[[], nn.Module], input_shape: Sequence[int]) -> Recording:
    """Run a network once, in evaluation mode, on an input of this shape (batch first), and note what ran.

    network  a module, which stays as it is, or a function or class that makes one: it is then made without numbers too

    Raises NetworkError where the network does not run on such an input; the message names the module.
    """
    shape = tuple(int(side) for side in input_shape)
    if len(shape) < 2 or min(shape) < 1:
        raise NetworkError(
            f"the input's shape is (batch, channels, height, width) or shorter, each at least 1; got {shape}"
        )
    module = network if isinstance(network, nn.Module) else _made(network)
    names = {id(part): name for name, part in module.named_modules()}
    kinds = [t.dtype for t in module.parameters() if t.is_floating_point()]
    x = torch.empty(shape, device="meta", dtype=kinds[0] if kinds else None)
    states = {n: t.detach().to("meta") for n, t in [*module.named_parameters(), *module.named_buffers()]}
    noting = _Noting(x)
    with _evaluating(module), noting.following(names), torch.no_grad():
        try:
            with noting:
                functional_call(module, states, (x,))
        except Exception as error:
            where = noting.open[-1][0] if noting.open else ""
            inside = (
                f"in `{where}` ({type(module.get_submodule(where)).__name__})"
                if where
                else "in its own forward"
            )
            raise NetworkError(
                f"the network does not run on an input of shape {shape}: {inside}: {error}"
            ) from error
    ran = {name for name, _, _ in noting.calls}
    return Recording(
        shape,
        tuple(noting.steps),
        _weights(module),
        {name: type(part).__name__ for name, part in module.named_modules()},
        tuple(sorted(noting.calls, key=lambda call: (call[1], -call[2]))),
        tuple(
            name
            for name, part in module.named_modules()
            if name not in ran and any(True for _ in part.parameters(recurse=False))
        ),
    )


def _made(make: Callable[[], nn.Module]) -> nn.Module:
    with torch.device("meta"):
        module = make()
    if not isinstance(module, nn.Module):
        raise NetworkError(f"expected a module or a function that makes one, got a {type(module).__name__}")
    return module


def _weights(module: nn.Module) -> tuple[Weight, ...]:
    names: dict[int, list[str]] = {}
    shapes: dict[int, tuple[int, ...]] = {}
    for name, weight in module.named_parameters(remove_duplicate=False):
        names.setdefault(id(weight), []).append(name)
        shapes[id(weight)] = tuple(weight.shape)
    return tuple(Weight(listed[0], shapes[key], tuple(listed[1:])) for key, listed in names.items())


@contextlib.contextmanager
def _evaluating(module: nn.Module) -> Iterator[None]:
    """The module in evaluation mode; afterwards each part is in its own again."""
    before = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, training in before:
            part.training = training


class _Noting(TorchFunctionMode):
    """Notes each operation as a step, and in which module it ran."""

    def __init__(self, x: Tensor) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.calls: list[tuple[str, int, int]] = []
        self.open: list[tuple[str, int]] = []
        self.made_by: dict[int, int] = {id(x): INPUT}
        self.reaches: dict[int, Reach | None] = {INPUT: Reach.start(x.ndim - 2)}
        self.kept: list[Tensor] = [x]  # so that no identity is given twice

    @contextlib.contextmanager
    def following(self, names: dict[int, str]) -> Iterator[None]:
        """Know which module runs, while this lasts."""

        def begin(module: nn.Module, _: Any) -> None:
            if id(module) in names:
                self.open.append((names[id(module)], len(self.steps)))

        def end(module: nn.Module, _: Any, __: Any) -> None:
            if id(module) in names:
                name, first = self.open.pop()
                self.calls.append((name, first, len(self.steps)))

        handles = [
            nn.modules.module.register_module_forward_pre_hook(begin),
            nn.modules.module.register_module_forward_hook(end),
        ]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        result = function(*args, **kwargs)
        tensors = [t for t in _tensors(result) if t.device.type == "meta"]
        taken = [*_tensors(args), *_tensors(list(kwargs.values()))]
        inputs = tuple(dict.fromkeys(self.made_by[id(t)] for t in taken if id(t) in self.made_by))
        if tensors and inputs:
            self._note(_name_of(function), args, kwargs, inputs, tensors)
        return result

    def _note(
        self,
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        inputs: tuple[int, ...],
        results: list[Tensor],
    ) -> None:
        number = len(self.steps)
        first = results[0]
        before = [self.reaches[i] for i in inputs]
        reach = reach_after(name, args, kwargs, before, first)
        place = self.open[-1][0] if self.open else ""
        counted = multiply_adds(name, args, kwargs, first)
        self.steps.append(Step(name, place, inputs, tuple(first.shape), counted, reach))
        self.reaches[number] = reach
        for tensor in results:
            self.made_by[id(tensor)] = number
            self.kept.append(tensor)


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in _tensors(item)]
    return []


def _name_of(function: Any) -> str:
    """Short and the same for all ways to write an operation: "add" for x + y, x.add(y) and torch.add(x, y)."""
    name = getattr(function, "__name__", "")
    if name in ("__get__", "__call__", ""):
        name = (resolve_name(function) or "").rsplit(".", 2)[-2 if name == "__get__" else -1]
    bare = name.strip("_")
    return SAME.get(bare, bare)


SAME = {
    "iadd": "add", "radd": "add", "isub": "sub", "rsub": "sub", "imul": "mul", "rmul": "mul", "itruediv": "div",
    "truediv": "div", "max_pool2d_with_indices": "max_pool2d", "boolean_dispatch": "max_pool2d", "concat": "cat",
    "concatenate": "cat", "matmul": "matmul", "rmatmul": "matmul",
}  # fmt: skip
