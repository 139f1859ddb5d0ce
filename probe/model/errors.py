"""Errors that cross rooms. The world's failures are data (``Failure``); only these two are raised."""

from probe.model.network import Icmp
from probe.model.words import Failure


class UsageError(Exception):
    """The operator's mistake: one clear line that names the word at fault and what would be right. Exit status 3."""


class NetworkError(Exception):
    """A ``Network`` could not do what it was asked.

    ``failure`` is the closed word, ``detail`` one line for people, ``icmp`` who said so where the system tells.
    """

    def __init__(self, failure: Failure, detail: str, icmp: Icmp | None = None) -> None:
        super().__init__(f"{failure}: {detail}")
        self.failure = failure
        self.detail = detail
        self.icmp = icmp
