"""A room per lecture: its numbers, its pictures and its explorers. A folder here is a lecture; there is no other list.

helpers/lectures/pooling/numbers.py      what the notebook works with: `from helpers.lectures import pooling as lecture`
helpers/lectures/pooling/pictures.py     what its __all__ names is offered as draw.name (a folder of that name will do)
helpers/lectures/pooling/explorers.py    the same for explore.name
"""

from __future__ import annotations

import functools
import pkgutil
from importlib import import_module
from importlib.util import find_spec
from typing import Any


@functools.cache
def offers(part: str) -> dict[str, Any]:
    """What all lectures offer in `part`, "pictures" or "explorers", by name. Raises ImportError for a name taken twice."""
    found: dict[str, Any] = {}
    for room in sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg):
        place = f"{__name__}.{room}.{part}"
        if find_spec(place) is None:
            continue
        module = import_module(place)
        for name in module.__all__:
            if name in found:
                raise ImportError(
                    f"{place} offers {name!r}, and so does {found[name].__module__}; rename one"
                )
            found[name] = getattr(module, name)
    return found
