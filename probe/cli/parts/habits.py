"""Words other tools have taught people's fingers, and what is to be written here instead.

In: an option as typed. Out: the option that does the same, or why there is none; None for a word nobody knows. The
tools are swaks, curl, openssl s_client, posttls-finger and Nagios plugins. A word that is an option here is never
looked up.
"""

_FROM, _NONE_NEEDED = "--from", "STARTTLS is always tried where it is offered"
_BIND = "--source6 ADDR or --source4 ADDR"
_VIA = "--via smtp://USER@HOST:587, with the password in PROBE6_SMTP_PASSWORD"

_INSTEAD = {
    **dict.fromkeys(("-s", "--host", "--connect", "-connect"), "--server HOST"),
    **dict.fromkeys(("-f", "--mail-from", "--sender"), _FROM),
    **dict.fromkeys(("--rcpt", "--rcpt-to", "--mail-rcpt", "--recipient"), "--to"),
    **dict.fromkeys(("--ehlo", "--lhlo", "--client-name"), "--helo"),
    **dict.fromkeys(("-q", "--stop-after"), "--quit-after"),
    **dict.fromkeys(("-li", "--local-interface", "--interface", "--bind"), _BIND),
    **dict.fromkeys(("--ipv6", "--ipv6-only", "--inet6"), "-6"),
    **dict.fromkeys(("--ipv4", "--ipv4-only", "--inet"), "-4"),
    **dict.fromkeys(("-tls", "-tlso", "-tlsos", "--tls", "--starttls", "-starttls"), _NONE_NEEDED),
    **dict.fromkeys(("-k", "--insecure"), "a certificate is judged, and no reason to stop"),
    **dict.fromkeys(("--cacert", "--CAfile", "-CAfile", "--tls-ca-path"), "--ca"),
    **dict.fromkeys(("-a", "-au", "-ap", "--auth", "--user", "-u", "--password"), _VIA),
    **dict.fromkeys(("--dns", "--dns-servers", "--resolver"), "--nameserver"),
    **dict.fromkeys(("--silent",), "--quiet"),
    **dict.fromkeys(("-j", "--json"), "--format json"),
    **dict.fromkeys(("--html", "--csv", "--markdown", "--junit", "--nagios", "--prometheus"), "--format WORD"),
    **dict.fromkeys(("--connect-timeout", "--max-time"), "--timeout S for each step, --deadline S for the whole run"),
    **dict.fromkeys(("--debug", "--trace"), "--transcript"),
}


def instead(word: str) -> str | None:
    """What to write for ``word``.

    >>> instead("--mail-from")
    '--from'
    """
    said = _INSTEAD.get(word)
    return said.replace("WORD", word.removeprefix("--")) if said else None
