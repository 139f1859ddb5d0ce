"""The proof by its word, inside TLS."""

from pathlib import Path

import pytest

from probe.lab.certificates import Authority
from probe.lab.faults import Certificate
from probe.measure.delivery.imaps import watch
from probe.measure.proof.arrival import Means, open_proofs
from probe.model.errors import UsageError
from tests.measure.fake_imap import PASSWORD, FakeImap, imap

TOKEN = "p60100abcdefghijklmnopv6"


def spec(server: FakeImap) -> str:
    return f"imaps://me@example.com@localhost:{server.port}/INBOX"


async def test_the_word_leads_to_a_mailbox_inside_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.context(Certificate.GOOD, "localhost")
    async with imap(FakeImap(context, implicit_tls=True)) as server:
        means = Means({"imap": PASSWORD}, ca_file=str(authority.ca_file))
        async with open_proofs([spec(server)], means) as (proof,):
            server.inbox.add(f"Subject: {TOKEN}\r\n\r\n".encode())
            found = await proof.find(TOKEN)
    assert found is not None
    assert found.where == spec(server)


@pytest.mark.parametrize("kind", [Certificate.SELF_SIGNED, Certificate.EXPIRED, Certificate.WRONG_NAME])
async def test_a_bad_certificate_gets_no_password_not_even_from_this_machine(tmp_path: Path, kind: Certificate) -> None:
    authority = Authority(tmp_path)
    async with imap(FakeImap(authority.context(kind, "localhost"), implicit_tls=True)) as server:
        with pytest.raises(UsageError, match="certificate of localhost is not accepted"):
            async with watch(spec(server), Means({"imap": PASSWORD}, ca_file=str(authority.ca_file))):
                raise AssertionError("opened")
    assert server.asked == []
