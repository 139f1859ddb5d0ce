import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.grammar import dmarc
from probe.grammar.dmarc import Policy, parse


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(dmarc).failed == 0


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("v=DMARC1; p=reject", Policy("reject", "reject")),
        ("v=DMARC1;p=Quarantine;sp=none;", Policy("quarantine", "none")),
        ("v = DMARC1 ; p=reject; t=y", Policy("reject", "reject", True)),
        ("v=DMARC1; rua=mailto:a@example.com", Policy()),
        ("v=DMARC1; p=monitor", Policy()),
        ("v=DMARC1; nonsense", Policy()),
        ("v=dmarc1; p=reject", None),
        ("v=DMARC10; p=reject", None),
        ("p=reject; v=DMARC1", None),
        ("v=spf1 -all", None),
        ("", None),
    ],
)
def test_records(text: str, policy: Policy | None) -> None:
    assert parse(text) == policy


@given(st.text(st.sampled_from('v=DMARC1; psp\\"\x00'), max_size=60) | st.text())
def test_no_text_raises(text: str) -> None:
    parse(text)
