from dataclasses import replace

import pytest

from probe.model.report import Identity, Sender, Sign, Try
from probe.model.words import Family, Sameness
from probe.report._shown.senders import machines, told, worth_saying

DEAD = Try("mx1.example.com", "2001:db8::25", Family.IPV6, "timeout", 30.0)
ALIVE = Try("mx1.example.com", "192.0.2.25", Family.IPV4, None, 0.0)
LATE = Sender("Postfix", (DEAD, ALIVE), delivers=True, seconds=15.0, worst=30.0)


@pytest.mark.parametrize(
    ("sender", "said", "worth"),
    [
        (LATE, "delivers after 15 s on average, 30 s at worst: [2001:db8::25] timeout", True),
        (replace(LATE, seconds=30.0), "delivers after 30 s: [2001:db8::25] timeout", True),
        (replace(LATE, seconds=90.0, worst=90.0), "delivers after 1.5 min: [2001:db8::25] timeout", True),
        (replace(LATE, seconds=0.0, worst=0.1), "delivers at once", False),
        (Sender("IPv6 only", (DEAD,), delivers=False), "cannot deliver: [2001:db8::25] timeout", True),
        (Sender("IPv6 only", (DEAD,)), "cannot be told: [2001:db8::25] timeout", False),
        (Sender("IPv6 only", delivers=False), "finds no address to try", False),
        (
            Sender("IPv6 only", (DEAD,) * 6, delivers=False),
            f"cannot deliver: {', '.join(['[2001:db8::25] timeout'] * 4)} and 2 more",
            True,
        ),
    ],
)
def test_what_a_sender_meets(sender: Sender, said: str, worth: bool) -> None:
    assert (told(sender), worth_saying(sender)) == (said, worth)


def test_the_signs_of_one_machine() -> None:
    signs = (Sign("banner name", "a", "a", same=True), Sign("key", "x", "y", same=False))
    assert machines(Identity(Sameness.DIFFERENT, signs)) == "different: banner name same; key IPv6 x, IPv4 y"
