"""Words of a Postfix line or list, between separators; inside of braces nothing separates."""


def words(text: str, separators: str) -> list[str]:
    """The words in order. A closing brace without an opening one is a character like others."""
    found: list[str] = []
    level, start = 0, -1
    for at, char in enumerate(text):
        if level == 0 and char in separators:
            if start >= 0:
                found.append(text[start:at])
            start = -1
            continue
        start = at if start < 0 else start
        if char == "{":
            level += 1
        elif char == "}" and level:
            level -= 1
    if start >= 0:
        found.append(text[start:])
    return found
