"""The system's resolver configuration, resolv.conf(5), as far as a stub resolver of our own needs it.

In: the file's text. Out: the name servers in order and whether it says ``trust-ad``. Lines that cannot be read are
passed over, as the C library does: nothing here raises.
"""

from dataclasses import dataclass

from probe.address import canonical

MAXNS = 3  # resolv.h: the C library asks no more than these, so neither would the machine's own mail server


@dataclass(frozen=True, slots=True)
class ResolvConf:
    """``nameservers`` are addresses; a link-local one keeps its zone (``fe80::1%eth0``). Never empty."""

    nameservers: tuple[str, ...]
    trust_ad: bool = False


def parse(text: str) -> ResolvConf:
    """Read the file. No name server in it means the one on this machine, as the C library has it."""
    servers: list[str] = []
    trust_ad = False
    for line in text.splitlines():
        if line[:1] in {"#", ";"}:
            continue
        match line.split():
            case ["nameserver", word, *_]:
                servers += _address(word)
            case ["options", *words]:
                trust_ad = trust_ad or "trust-ad" in words
    return ResolvConf(tuple(servers[:MAXNS]) or ("127.0.0.1",), trust_ad)


def _address(word: str) -> list[str]:
    """The address in RFC 5952 text, in a list; an empty list when it is none."""
    word = word.partition("#")[0].partition(";")[0]
    address, percent, zone = word.partition("%")
    try:
        return [canonical(address) + percent + zone]
    except ValueError:
        return []
