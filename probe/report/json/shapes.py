"""The pieces JSON Schemas are put together from (draft 2020-12): plain data, nothing can go wrong."""

from enum import StrEnum

Shape = dict[str, object]

TEXT: Shape = {"type": "string"}
NUMBER: Shape = {"type": "number"}
WHOLE: Shape = {"type": "integer"}
FLAG: Shape = {"type": "boolean"}
TIME: Shape = {"type": "string", "format": "date-time"}
BASE64: Shape = {"type": "string", "contentEncoding": "base64"}


def object_of(**keys: Shape) -> Shape:
    """An object that has all of ``keys``; others may come."""
    return {"type": "object", "properties": keys, "required": list(keys)}


def list_of(item: Shape) -> Shape:
    """An array of ``item``."""
    return {"type": "array", "items": item}


def maybe(shape: Shape) -> Shape:
    """``shape``, or null where it is absent."""
    return {"anyOf": [shape, {"type": "null"}]}


def word(words: type[StrEnum]) -> Shape:
    """One of the words of a vocabulary."""
    return {"enum": [item.value for item in words]}
