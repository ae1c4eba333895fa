"""What callers hand over, looked at in one place: whatever is wrong with it is told with its keyword and its value."""

from __future__ import annotations

import json
import math
from datetime import date
from operator import index
from os import PathLike, fsdecode
from typing import Any, Iterable, List, Mapping, NoReturn, Optional

_MOST = (1 << 64) - 1


def text(keyword: str, given: object) -> Optional[str]:
    if given is None:
        return None
    if not isinstance(given, str):
        # What YAML makes of 7.22 is a number.
        hint = "; write it in quotes" if isinstance(given, (int, float)) and not isinstance(given, bool) else ""
        _wrong(keyword, "text", given, hint)
    return _sound(keyword, given)


def day(keyword: str, given: object) -> Optional[str]:
    """A day, as text: 2027-03-31."""
    if isinstance(given, date):
        return given.isoformat()[:10]
    return text(keyword, given)


def path(keyword: str, given: object, needed: bool = False) -> Optional[str]:
    if given is None and not needed:
        return None
    if not isinstance(given, (str, PathLike)):
        _wrong(keyword, "a path: text, or a `pathlib.Path`", given)
    found = fsdecode(given)
    if "\0" in found:
        raise ValueError(f"{keyword} has a NUL in it")
    return found


def names(keyword: str, given: object) -> Optional[List[str]]:
    """A list of texts, such as a list or a set of them."""
    if given is None:
        return None
    found = items(keyword, given, "names")
    for item in found:
        if not isinstance(item, str):
            raise TypeError(f"{keyword} has {shown(item)}: each is text, and not {_kind(item)}")
        _sound(keyword, item)
    return found


def listed(keyword: str, given: object) -> Optional[str]:
    """The same in one text, with commas between."""
    found = names(keyword, given)
    for item in found or []:
        if "," in item:
            raise ValueError(f"{keyword} has `{item}`: a name has no comma in it")
    return None if found is None else ",".join(found)


def objects(keyword: str, given: object) -> List[str]:
    """A list of dictionaries, each as JSON."""
    if given is None:
        return []
    found = items(keyword, given, "dictionaries")
    for item in found:
        if not isinstance(item, Mapping):
            raise TypeError(f"{keyword} has {shown(item)}: each is a dictionary, and not {_kind(item)}")
    return [_json(keyword, item) for item in found]


def document(keyword: str, given: object) -> Optional[str]:
    """A dictionary, as JSON."""
    if given is None:
        return None
    if not isinstance(given, Mapping):
        _wrong(keyword, "a dictionary", given)
    return _json(keyword, given)


def whole(keyword: str, given: object) -> Optional[int]:
    """A whole number that fits 64 bits."""
    if given is None:
        return None
    if isinstance(given, bool) or not hasattr(given, "__index__"):
        _wrong(keyword, "a whole number", given)
    number = index(given)
    if not 0 <= number <= _MOST:
        bound = "at least 0" if number < 0 else f"at most {_MOST}"
        raise ValueError(f"{keyword} is {bound}, and not {number}")
    return number


def seconds(keyword: str, given: object) -> Optional[float]:
    """A time; infinity is no limit."""
    if given is None:
        return None
    is_number = hasattr(given, "__float__") or hasattr(given, "__index__")
    if isinstance(given, bool) or not is_number:
        _wrong(keyword, "a number of seconds", given)
    try:
        number = float(given)  # type: ignore[arg-type]
    except OverflowError:
        number = math.inf if given > 0 else -math.inf  # type: ignore[operator]
    if not number >= 0:
        raise ValueError(f"{keyword} is a number that is not negative, and not {shown(given)}")
    return number


def switch(keyword: str, given: object) -> bool:
    if not isinstance(given, bool):
        _wrong(keyword, "True or False", given)
    return given


def one_of(keyword: str, given: Any, *kinds: type) -> Any:
    """An object of the library, or what one can be made of."""
    if isinstance(given, kinds):
        return given
    # What YAML makes of 7.22 is a number.
    if str in kinds and isinstance(given, (int, float)):
        text(keyword, given)
    _wrong(keyword, " or ".join("text" if kind is str else f"a `{kind.__name__}`" for kind in kinds), given)


def items(keyword: str, given: object, what: str) -> List[Any]:
    """The items of a list, or of anything else that has some and no other meaning."""
    # A dictionary would be the list of its keys.
    if isinstance(given, (str, bytes, bytearray, Mapping)) or not isinstance(given, Iterable):
        _wrong(keyword, f"a list of {what}", given)
    return list(given)


def _json(keyword: str, given: Mapping[Any, Any]) -> str:
    try:
        return json.dumps(given, allow_nan=False, default=_dictionary)
    except (TypeError, ValueError, RecursionError) as error:
        raise type(error)(f"{keyword} cannot be written as JSON: {error}") from None


def _dictionary(given: object) -> Any:
    """Of what is a mapping, and no dictionary, such as `types.MappingProxyType` and `collections.ChainMap`."""
    return dict(given) if isinstance(given, Mapping) else json.JSONEncoder().default(given)


def _sound(keyword: str, given: str) -> str:
    if "\0" in given:
        raise ValueError(f"{keyword} has a NUL in it: {shown(given)}")
    try:
        given.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{keyword} has a character that is not Unicode: {shown(given)}") from None
    return given


def _wrong(keyword: str, what: str, given: object, hint: str = "") -> NoReturn:
    raise TypeError(f"{keyword} is {what}, and not {_kind(given)} ({shown(given)}){hint}")


def _kind(given: object) -> str:
    return type(given).__name__


def shown(given: object) -> str:
    shown = repr(given)
    return shown if len(shown) <= 60 else f"{shown[:59]}…"
