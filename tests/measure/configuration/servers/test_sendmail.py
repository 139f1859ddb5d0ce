from probe.measure.configuration.servers import sendmail
from probe.model.words import Family

MC = b"""\
DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp')dnl
DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=smtp, Addr=::1')dnl
FEATURE(`no_default_msa')dnl
"""


async def test_the_daemon_options() -> None:
    found = (await sendmail.read("-", lambda: MC)).configuration
    assert [(item.family, item.addresses) for item in found.bindings] == [
        (Family.IPV4, ("0.0.0.0",)),
        (Family.IPV6, ("::1",)),
    ]
    assert found.outgoing[0].families == (Family.IPV6, Family.IPV4)
