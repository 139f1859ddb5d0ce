import pytest

from probe.grammar.postfix_defaults import defaults, version_of


@pytest.mark.parametrize(
    ("version", "name", "value"),
    [
        ((2, 8), "inet_protocols", "ipv4"),
        ((2, 9), "inet_protocols", "all"),
        ((2, 8), "smtp_address_preference", "ipv6"),
        ((3, 7), "smtp_address_preference", "any"),
        ((3, 2), "smtp_balance_inet_protocols", None),
        ((3, 3), "smtp_balance_inet_protocols", "yes"),
        ((2, 11), "mynetworks_style", "subnet"),
        ((2, 9), "smtpd_relay_restrictions", None),
        ((2, 9), "smtpd_recipient_restrictions", "permit_mynetworks, reject_unauth_destination"),
        ((3, 9), "smtpd_forbid_bare_newline", "normalize"),
        ((3, 5), "postscreen_allowlist_interfaces", None),
        ((3, 5), "postscreen_whitelist_interfaces", "static:all"),
        ((3, 6), "postscreen_whitelist_interfaces", None),
        ((3, 6), "milter_default_action", "tempfail"),
        ((3, 10), "milter_default_action", None),
        ((3, 11), "milter_default_action", "shutdown"),
        ((3, 10), "smtp_tls_security_level", ""),
        ((3, 11), "smtp_tls_security_level", "${{$compatibility_level} <level {3.11} ? {} : {may}}"),
    ],
)
def test_by_version(version: tuple[int, int], name: str, value: str | None) -> None:
    assert defaults(version).get(name) == value


@pytest.mark.parametrize(
    ("text", "version"),
    [("3.7.11", (3, 7)), ("3.10-20250101", (3, 10)), ("2.9", (2, 9)), ("", None), ("x.y", None), ("3.", None)],
)
def test_version(text: str, version: tuple[int, int] | None) -> None:
    assert version_of(text) == version
