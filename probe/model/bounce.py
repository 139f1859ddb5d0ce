"""What came back about a message, and what a receiver wrote about its checks. Texts are already escaped."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probe.model.words import Family


class Action(StrEnum):
    """What a report says became of one recipient (RFC 3464 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class BouncedRecipient:
    """One recipient of a report. Absent parts are None.

    ``address`` is the server that refused as the report or its human part names it, RFC 5952; ``family`` is its family.
    """

    action: Action
    recipient: str | None = None
    original_recipient: str | None = None
    status: str | None = None
    code: int | None = None
    diagnostic: str | None = None
    remote_mta: str | None = None
    address: str | None = None
    family: Family | None = None


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery status notification, or what stands for one.

    ``standard``: it has the parts of RFC 3464. ``message_id`` and ``returned`` are of the message it is about:
    its Message-ID, and all of its header that came back, to look for a token in. ``explanation`` is the beginning of
    what it says to people; ``sent_to`` are the addresses the bounce itself went to.
    """

    standard: bool
    recipients: tuple[BouncedRecipient, ...]
    reporting_mta: str | None = None
    envelope_id: str | None = None
    queue_id: str | None = None
    arrived: datetime | None = None
    message_id: str | None = None
    returned: str | None = None
    explanation: str | None = None
    sent_to: str | None = None

    @property
    def action(self) -> Action:
        """The worst of its recipients' actions; a report without one is about a failure."""
        actions = {recipient.action for recipient in self.recipients}
        return next((action for action in Action if action in actions), Action.FAILED)

    @property
    def is_success(self) -> bool:
        """True when the message got as far as the report's sender can tell (RFC 3461 4.1: NOTIFY=SUCCESS)."""
        return self.action in {Action.DELIVERED, Action.RELAYED, Action.EXPANDED}


@dataclass(frozen=True, slots=True)
class AuthResult:
    """One method's result in Authentication-Results; ``properties`` are pairs: ``smtp.mailfrom`` and its value."""

    method: str
    result: str
    reason: str | None = None
    comment: str | None = None
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AuthResults:
    """An Authentication-Results header (RFC 8601).

    ``authserv_id`` is empty where the header does not name its writer; ``client`` is the address of ``policy.iprev`` or
    of whatever else names the client, RFC 5952.
    """

    authserv_id: str
    results: tuple[AuthResult, ...]
    client: str | None = None
    family: Family | None = None


@dataclass(frozen=True, slots=True)
class ReceivedSpf:
    """A Received-SPF header (RFC 7208 9.1). ``client`` is ``client-ip``, RFC 5952."""

    result: str
    client: str | None = None
    family: Family | None = None
    sender: str | None = None
    helo: str | None = None
    receiver: str | None = None
    identity: str | None = None
    mechanism: str | None = None
    problem: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """One such header of a message and its place: ``above`` is how many Received headers stand above it."""

    above: int
    results: AuthResults | None = None
    spf: ReceivedSpf | None = None
