"""The proof by its word, as a run opens it; what lies behind is tested with ``probe.measure.proof.imap_mailbox``."""

import pytest

from probe.measure.delivery.imap import watch
from probe.measure.proof.arrival import Means, open_proofs
from probe.model.errors import UsageError
from tests.measure.fake_imap import PASSWORD, FakeImap, imap

TOKEN = "p60100abcdefghijklmnopv6"


async def test_the_word_leads_to_a_mailbox() -> None:
    async with imap(FakeImap()) as server:
        spec = f"imap://me@example.com@127.0.0.1:{server.port}/INBOX"
        async with open_proofs([spec], Means({"imap": PASSWORD})) as (proof,):
            server.inbox.add(f"Subject: {TOKEN}\r\nMessage-ID: <{TOKEN}@x>\r\n\r\n".encode())
            found = await proof.find(TOKEN)
    assert proof.name == spec
    assert found is not None
    assert (found.copies, found.where) == (1, spec)


@pytest.mark.parametrize("means", [None, Means(), Means({"imap": ""}), Means({"smtp": "other"})])
async def test_without_a_password_nobody_is_dialled(means: Means | None) -> None:
    async with imap(FakeImap()) as server:
        with pytest.raises(UsageError, match="PROBE6_IMAP_PASSWORD"):
            async with watch(f"imap://me@127.0.0.1:{server.port}/INBOX", means):
                raise AssertionError("opened")
        assert server.connections == 0
