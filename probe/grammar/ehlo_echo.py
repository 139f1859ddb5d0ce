"""The client's address as the server sees it, from the greeting line of its EHLO reply (RFC 5321 4.1.1.1, ehlo-greet).

In: the lines of the reply after the code, and the name we gave. Out: RFC 5952 text, or None when the server does not
say. Nothing raises. Exim, Sendmail, OpenSMTPD, Haraka and Exchange write ``NAME Hello ... [address]``, Gmail writes
``NAME at your service, [address]``; Postfix writes its name and nothing else.

The server's own address and the one we announced must not pass for what it saw. So an address counts only behind the
word that greets, only in brackets or parentheses, and not where it may be our own argument handed back.
"""

from collections.abc import Sequence

from probe.grammar.quoted_address import address_of

_LONGEST = 2048
_GREETS = frozenset({"hello", "hi", "greets", "greetings", "welcome", "service"})
_MARKS = ",.;:!"


def client_address(lines: Sequence[str], helo: str) -> str | None:
    """The address the server greets.

    >>> client_address(["mx1.example.com Hello probe.example.net [2001:db8::9]", "PIPELINING"], "probe.example.net")
    '2001:db8::9'
    >>> client_address(["mx1.example.com Hello [192.0.2.9]"], "[192.0.2.9]")
    """
    words = lines[0][:_LONGEST].split() if lines else []
    greeting = next((place for place, word in enumerate(words) if word.lower().strip(_MARKS) in _GREETS), None)
    if greeting is None:
        return None
    handed_back = False
    for word in words[greeting + 1 :]:
        bare = word.rstrip(_MARKS)
        if not handed_back and bare.lower() == helo.lower():
            handed_back = True
        elif bare.startswith(("[", "(")):
            address = address_of(bare)
            if address:
                return address
    return None
