"""The tables: what may be sent in which phase, what may stand in a group, where replies lead."""

import pytest

from probe.smtp.commands import OurMistake, command
from probe.smtp.states import ENDS_GROUP, FINAL_DOT, GREETING, MAY_SEND, Phase, admit, after

TEXTS = {
    "EHLO": "EHLO x",
    "HELO": "HELO x",
    "MAIL": "MAIL FROM:<>",
    "RCPT": "RCPT TO:<a@example.com>",
    "VRFY": "VRFY a",
    "EXPN": "EXPN a",
} | {verb: verb for verb in ("DATA", "RSET", "NOOP", "HELP", "QUIT", "STARTTLS", "TURN")}
EVERYTHING = {"PIPELINING", "STARTTLS", "SIZE"}


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("verb", TEXTS)
def test_each_verb_in_each_phase(phase: Phase, verb: str) -> None:
    group = [command(TEXTS[verb])]
    if verb in MAY_SEND[phase]:
        admit(phase, group, EVERYTHING)
    else:
        with pytest.raises(OurMistake, match=phase.name):
            admit(phase, group, EVERYTHING)


def test_every_phase_is_in_the_table_and_silence_is_kept_where_it_must_be() -> None:
    assert set(MAY_SEND) == set(Phase)
    silent = {phase for phase, verbs in MAY_SEND.items() if not verbs}
    assert silent == {Phase.GREETING, Phase.CONTENT, Phase.SECURING, Phase.OVER}


LEADS = [
    (Phase.GREETING, GREETING, 220, Phase.READY),
    (Phase.GREETING, GREETING, 250, Phase.TURNED_AWAY),
    (Phase.GREETING, GREETING, 554, Phase.TURNED_AWAY),
    (Phase.GREETING, GREETING, 421, Phase.OVER),
    (Phase.READY, "EHLO", 250, Phase.HELLO),
    (Phase.READY, "EHLO", 502, Phase.READY),
    (Phase.READY, "HELO", 250, Phase.HELLO),
    (Phase.READY, "RSET", 250, Phase.READY),
    (Phase.HELLO, "EHLO", 550, Phase.HELLO),
    (Phase.RCPT, "EHLO", 250, Phase.HELLO),
    (Phase.HELLO, "MAIL", 250, Phase.MAIL),
    (Phase.HELLO, "MAIL", 450, Phase.HELLO),
    (Phase.HELLO, "MAIL", 354, Phase.HELLO),
    (Phase.MAIL, "RCPT", 251, Phase.RCPT),
    (Phase.MAIL, "RCPT", 550, Phase.MAIL),
    (Phase.RCPT, "RCPT", 550, Phase.RCPT),
    (Phase.HELLO, "RCPT", 250, Phase.HELLO),
    (Phase.RCPT, "DATA", 354, Phase.CONTENT),
    (Phase.RCPT, "DATA", 250, Phase.RCPT),
    (Phase.RCPT, "DATA", 554, Phase.RCPT),
    (Phase.HELLO, "DATA", 354, Phase.CONTENT),
    (Phase.CONTENT, FINAL_DOT, 250, Phase.HELLO),
    (Phase.CONTENT, FINAL_DOT, 554, Phase.HELLO),
    (Phase.RCPT, "RSET", 250, Phase.HELLO),
    (Phase.RCPT, "NOOP", 250, Phase.RCPT),
    (Phase.HELLO, "STARTTLS", 220, Phase.SECURING),
    (Phase.HELLO, "STARTTLS", 250, Phase.HELLO),
    (Phase.HELLO, "STARTTLS", 454, Phase.HELLO),
    (Phase.HELLO, "QUIT", 221, Phase.OVER),
    (Phase.HELLO, "QUIT", 500, Phase.OVER),
]


@pytest.mark.parametrize(("phase", "answered", "code", "leads_to"), LEADS)
def test_where_a_reply_leads(phase: Phase, answered: str, code: int, leads_to: Phase) -> None:
    assert after(phase, answered, code) is leads_to


@pytest.mark.parametrize("answered", [GREETING, FINAL_DOT, *TEXTS])
@pytest.mark.parametrize("phase", Phase)
def test_a_421_ends_it_whatever_it_answers(phase: Phase, answered: str) -> None:
    assert after(phase, answered, 421) is Phase.OVER


@pytest.mark.parametrize(
    ("texts", "offered", "why"),
    [
        (["MAIL FROM:<>", "RCPT TO:<a@b>", "DATA"], {"PIPELINING"}, None),
        (["MAIL FROM:<>", "RCPT TO:<a@b>", "RSET", "QUIT"], {"PIPELINING"}, None),
        (["RSET", "EHLO x"], {"PIPELINING"}, None),
        (["MAIL FROM:<>", "RCPT TO:<a@b>"], set(), "PIPELINING was not offered"),
        (["STARTTLS", "EHLO x"], EVERYTHING, "alone"),
        (["RSET", "STARTTLS"], EVERYTHING, "alone"),
        (["STARTTLS"], {"PIPELINING"}, "STARTTLS was not offered"),
        (["MAIL FROM:<>", "DATA"], {"PIPELINING"}, "DATA may not be sent in phase MAIL"),
        (["RCPT TO:<a@b>", "MAIL FROM:<>"], {"PIPELINING"}, "phase HELLO"),
        (["MAIL FROM:<> SIZE=1"], {"PIPELINING"}, "SIZE"),
        (["MAIL FROM:<> SIZE=1"], {"SIZE"}, None),
        ([], {"PIPELINING"}, "nothing"),
    ],
)
def test_groups(texts: list[str], offered: set[str], why: str | None) -> None:
    group = [command(text) for text in texts]
    if why is None:
        admit(Phase.HELLO, group, offered)
        return
    with pytest.raises(OurMistake, match=why):
        admit(Phase.HELLO, group, offered)


@pytest.mark.parametrize("verb", sorted(ENDS_GROUP - {"TURN", "STARTTLS", "DATA"}))
def test_what_must_end_a_group(verb: str) -> None:
    last = command(TEXTS[verb])
    admit(Phase.HELLO, [command("RSET"), last], {"PIPELINING"})
    with pytest.raises(OurMistake, match="end a group"):
        admit(Phase.HELLO, [last, command("RSET")], {"PIPELINING"})


def test_the_last_verbs_of_rfc_2920_are_all_there() -> None:
    assert {"EHLO", "DATA", "VRFY", "EXPN", "TURN", "QUIT", "NOOP"} <= ENDS_GROUP
