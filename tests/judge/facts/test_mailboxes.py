"""Where messages lie that a log calls delivered (what is said of them: tests/judge/checks/test_data.py)."""

from dataclasses import replace

from probe.judge.facts.mailboxes import passed_by, proof_works
from probe.model.delivery import Arrival, Attempt
from probe.model.words import Failure, Family
from tests.builders import LOG, MAILDIR, V4, V6, arrival, attempt, delivered, logged, trace

IMAP = "imaps://mail.example.com/INBOX"
IN_LOG = Arrival(LOG, 0.4, 1, (logged(V6),))


def of(family: Family, *seen: str) -> Attempt:
    """Delivered, says the log; ``seen`` are the proofs that saw it."""
    found = IN_LOG if seen == (LOG,) else arrival(family)
    return attempt(family, arrival=found, watched=(MAILDIR, IMAP, LOG), seen=seen, traces=(trace(family),))


def missed(six: Attempt, four: Attempt) -> tuple[str, ...]:
    return passed_by(delivered(six, four), six)


def test_a_mailbox_that_has_the_other_message_was_passed_by() -> None:
    assert missed(of(V6, LOG), of(V4, MAILDIR, LOG)) == (MAILDIR,)
    assert missed(of(V6, LOG), of(V4, IMAP, MAILDIR)) == (MAILDIR, IMAP)


def test_one_mailbox_that_has_it_is_enough() -> None:
    assert missed(of(V6, IMAP, LOG), of(V4, MAILDIR, LOG)) == ()


def test_a_mailbox_nobody_saw_anything_in_proves_nothing() -> None:
    assert missed(of(V6, LOG), of(V4, LOG)) == ()


def test_what_is_lost_was_not_delivered_elsewhere() -> None:
    lost = replace(of(V6, LOG), arrival=None, failure=Failure.NOT_ARRIVED, seen=())
    assert missed(lost, of(V4, MAILDIR, LOG)) == ()
    assert proof_works(delivered(lost, of(V4, MAILDIR, LOG)), lost)


def test_a_mailbox_that_did_not_watch_this_one_was_not_passed_by() -> None:
    assert missed(replace(of(V6, LOG), watched=(LOG,)), of(V4, MAILDIR, LOG)) == ()
