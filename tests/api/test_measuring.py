import pytest

from probe.api import default_settings, read_overlay
from probe.model.settings import Target, TargetKind
from probe.model.words import Stage


@pytest.mark.parametrize(
    ("target", "until", "recipient"),
    [
        (Target("a", TargetKind.DOMAIN, "example.com"), Stage.RCPT, "postmaster@example.com"),
        (Target("a", TargetKind.MAILBOX, "example.com", "user@example.com"), Stage.DATA, "user@example.com"),
        (Target("a", TargetKind.HOST, "mx1.example.com"), Stage.STARTTLS, None),
        (Target("a", TargetKind.ADDRESS, "2001:db8::25"), Stage.STARTTLS, None),
        (Target("a", TargetKind.ADDRESS, "192.0.2.25", "user@[192.0.2.25]"), Stage.DATA, "user@[192.0.2.25]"),
    ],
)
def test_what_a_target_means_with_no_option(target: Target, until: Stage, recipient: str | None) -> None:
    settings = default_settings(target)
    assert (settings.until, settings.recipient, settings.port) == (until, recipient, 25)


def test_the_port_of_a_target_is_kept() -> None:
    assert default_settings(Target("a", TargetKind.HOST, "mx1.example.com", port=2525)).port == 2525


def test_an_overlay_is_read_with_its_origin() -> None:
    (record,) = read_overlay("mx1 300 IN AAAA 2001:db8::25\n", "example.com", "new.zone")
    assert (record.name, record.rrtype, record.records) == ("mx1.example.com", "AAAA", ("2001:db8::25",))
