"""How far, to whom and how long: what the words of a command line come to for one target."""

import pytest

from probe.model.errors import UsageError
from probe.model.settings import PATIENT, QUICK
from probe.model.words import Stage
from tests.cli.conftest import Probe6, World


class TestConsent:
    """Nobody gets a message who was not named on the command line."""

    @pytest.mark.parametrize(
        ("words", "until", "recipient"),
        [
            (["example.com"], Stage.RCPT, "postmaster@example.com"),
            (["example.com", "--until", "starttls"], Stage.STARTTLS, None),
            (["user@example.com"], Stage.DATA, "user@example.com"),
            (["user@example.com", "--to", "user@Example.com"], Stage.DATA, "user@example.com"),
            (["user@example.com", "--until", "rcpt"], Stage.RCPT, "user@example.com"),
            (["user@example.com", "--proof", "maildir:/m"], Stage.DELIVERY, "user@example.com"),
            (["user@example.com", "--proof", "maildir:/m", "--until", "delivery"], Stage.DELIVERY, "user@example.com"),
            (["example.com", "--to", "user@example.com"], Stage.DATA, "user@example.com"),
            (["example.com", "--server", "mx.example.net", "--to", "u@example.org"], Stage.DATA, "u@example.org"),
            (["example.com", "--server", "mx.example.net"], Stage.RCPT, "postmaster@example.com"),
            (["[mx1.example.com]"], Stage.STARTTLS, None),
            (["[mx1.example.com]", "--until", "mail"], Stage.MAIL, None),
            (["[mx1.example.com]", "--domain", "example.com"], Stage.RCPT, "postmaster@example.com"),
            (["[mx1.example.com]", "--to", "user@example.com"], Stage.DATA, "user@example.com"),
            (["2001:db8::25", "--to", "user@example.com", "--proof", "maildir:/m"], Stage.DELIVERY, "user@example.com"),
            (["2001:db8::25"], Stage.STARTTLS, None),
            (["user@[192.0.2.25]"], Stage.DATA, "user@[192.0.2.25]"),
        ],
    )
    def test_how_far_and_to_whom(
        self, world: World, probe6: Probe6, words: list[str], until: Stage, recipient: str | None
    ) -> None:
        assert probe6(*words).status == 0
        assert (world.settings.until, world.settings.recipient) == (until, recipient)
        assert bool(world.settings.proofs) is (until is Stage.DELIVERY)

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            (
                ["[mx1.example.com]", "--until", "rcpt"],
                "--until rcpt: whom to ask [mx1.example.com] for? add --domain NAME or --to ADDR",
            ),
            (
                ["[mx1.example.com]", "--until", "data"],
                "--until data: a message goes only to a mailbox you name, as the target or by --to ADDR",
            ),
            (["[mx1.example.com]", "--server", "mx2.example.com"], "--server: [mx1.example.com] is a host already"),
            (
                ["[mx1.example.com]", "--mx", "mx2.example.com"],
                "--mx: [mx1.example.com] is a host, there is no MX look-up to replace",
            ),
            (["[mx1.example.com]:26", "--port", "27"], "two different ports for [mx1.example.com]:26: 26 and 27"),
            (
                ["user@example.com", "--until", "delivery"],
                "--until delivery: needs --proof SPEC, the place where the message must turn up",
            ),
            (
                ["user@example.com", "--to", "other@example.com"],
                "--to: other@example.com beside user@example.com; name one mailbox",
            ),
            (
                ["user@example.com", "--domain", "example.org"],
                "--domain: example.org beside user@example.com; these are two envelopes, write one of them",
            ),
            (
                ["a.example", "b.example", "--to", "user@a.example"],
                "--to: user@a.example is not at b.example; to ask its hosts write --server HOST or [HOST]",
            ),
        ],
    )
    def test_what_does_not_fit_together(self, world: World, probe6: Probe6, words: list[str], line: str) -> None:
        ran = probe6(*words)
        assert (ran.status, ran.err, world.asked) == (3, f"probe6: {line}\n", [])

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            (["user@example.com"], "2 messages to user@example.com, one over each family"),
            (["user@[192.0.2.25]"], "1 message to user@[192.0.2.25], over IPv4"),
            (["user@example.com", "-6"], "1 message to user@example.com, over IPv6"),
            (["user@example.com", "--every-address"], "a message to user@example.com over every address"),
            (["[mx1.example.com]", "--to", "user@example.com", "-4"], "1 message to user@example.com, over IPv4"),
        ],
    )
    def test_messages_are_announced_before_anything_is_done(
        self, world: World, probe6: Probe6, words: list[str], line: str
    ) -> None:
        world.fails = UsageError("stopped")
        assert probe6(*words).err == f"{line}\nprobe6: stopped\n"

    def test_quiet_announces_nothing(self, world: World, probe6: Probe6) -> None:
        ran = probe6("user@example.com", "--quiet")
        assert (ran.status, ran.out, ran.err) == (0, "", "")
        assert world.settings.until is Stage.DATA


class TestTime:
    """The table of the interface."""

    @pytest.mark.parametrize(
        ("words", "deadline"),
        [
            (["example.com"], 90.0),
            (["user@example.com"], 90.0),
            (["user@example.com", "--proof", "maildir:/m"], 300.0),
            (["user@example.com", "--proof", "maildir:/m", "--deadline", "20"], 20.0),
            (["example.com", "--greylist", "400"], 490.0),
            (["example.com", "--greylist", "400", "--deadline", "100"], 100.0),
            (["example.com", "--format", "nagios"], 10.0),
            (["user@example.com", "--format", "nagios", "--proof", "maildir:/m"], 10.0),
            (["example.com", "--format", "nagios", "-t", "25"], 25.0),
            (["example.com", "--profile", "patient"], None),
            (["example.com", "--profile", "patient", "--deadline", "7"], 7.0),
        ],
    )
    def test_deadline(self, world: World, probe6: Probe6, words: list[str], deadline: float | None) -> None:
        assert probe6(*words).status == 0
        assert world.settings.timeouts.deadline == deadline

    def test_profiles(self, world: World, probe6: Probe6) -> None:
        probe6("a.example", "--profile", "quick")
        probe6("a.example", "--profile", "patient")
        assert [settings.timeouts for _, settings in world.asked] == [QUICK, PATIENT]

    def test_one_number_for_each_step_but_never_less_for_the_final_dot(self, world: World, probe6: Probe6) -> None:
        probe6("a.example", "--timeout", "5")
        probe6("a.example", "--timeout", "500")
        short, long = (settings.timeouts for _, settings in world.asked)
        assert (short.connect, short.banner, short.reply, short.final_dot) == (5, 5, 5, QUICK.final_dot)
        assert (long.connect, long.banner, long.reply, long.final_dot) == (500, 500, 500, 500)


class TestSender:
    """Where the domain sends from, and which lists are asked."""

    def test_several_addresses_and_lists(self, world: World, probe6: Probe6) -> None:
        words = ["--sender6", "2001:DB8::1,[2001:db8::2]", "--sender6", "2001:db8::3", "--sender4", "192.0.2.1"]
        assert probe6("example.com", *words, "--dnsbl", "Bl.example.net,zen.example.org").status == 0
        assert world.settings.sender6 == ("2001:db8::1", "2001:db8::2", "2001:db8::3")
        assert world.settings.sender4 == ("192.0.2.1",)
        assert world.settings.dnsbl == ("bl.example.net", "zen.example.org")

    def test_nobody_is_named_and_no_list_asked_by_itself(self, world: World, probe6: Probe6) -> None:
        assert probe6("example.com").status == 0
        assert (world.settings.sender6, world.settings.sender4, world.settings.dnsbl) == ((), (), ())

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            (["--sender6", "192.0.2.1"], '"192.0.2.1" is not an IPv6 address'),
            (["--sender4", "2001:db8::1"], '"2001:db8::1" is not an IPv4 address'),
            (["--sender6", "2001:db8::1,"], '"2001:db8::1," has an empty part; write A or A,B'),
            (["--dnsbl", "2001:db8::1"], '"2001:db8::1"'),
        ],
    )
    def test_what_is_wrong(self, world: World, probe6: Probe6, words: list[str], line: str) -> None:
        done = probe6("example.com", *words)
        assert done.status == 3
        assert line in done.err
        assert not world.asked


class TestServices:
    """Submission and IMAP are asked for, and are a domain's."""

    @pytest.mark.parametrize("words", [[], ["--services"]])
    def test_only_when_asked_for(self, world: World, probe6: Probe6, words: list[str]) -> None:
        assert probe6("example.com", *words).status == 0
        assert world.settings.services is bool(words)

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            (
                ["[mx1.example.com]", "--services"],
                "--services: [mx1.example.com] is a host; name the domain whose services these are",
            ),
            (["example.com", "--services", "--plain"], "--services: --plain leaves them out; take one of the two"),
        ],
    )
    def test_what_makes_no_sense_is_told(self, probe6: Probe6, words: list[str], line: str) -> None:
        ran = probe6(*words)
        assert (ran.status, ran.err) == (3, f"probe6: {line}\n")
