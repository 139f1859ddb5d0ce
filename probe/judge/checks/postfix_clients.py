"""What Postfix asks of its clients, and what of it hits those that come over IPv6.

WHY
    Reverse names are rarer over IPv6, and a big sender comes from another address at every try. A rule that is harmless
    over IPv4 can turn away, or put off for ever, the same sender over IPv6.

FINDS
cfg-pf-unknown-client: clients without a reverse name that leads back are rejected; over IPv6 that hits honest senders.
    A note for the milder rule that asks for a reverse name only.
cfg-pf-postscreen: an IPv6 address stands in brackets in a cidr table, where no brackets belong; the list of addresses
    at which a client can pass holds no IPv6 address, so every new client is put off there; or, as a note, tests are on
    that make every new client come back.

FIX
    Ask for a reverse name only, or watch first what would be rejected:
        postconf -e 'smtpd_client_restrictions = reject_unknown_reverse_client_hostname'
    In a cidr table:
        2001:db8::/32 permit

SEE
    postconf(5) reject_unknown_client_hostname, postscreen_allowlist_interfaces; cidr_table(5); POSTSCREEN_README.
"""

from collections.abc import Iterator

from probe.address import canonical, family_of
from probe.judge.configuration.configured import mend, postfix, protocols, scopes, shown, words
from probe.judge.wording import short
from probe.model.configuration import Configuration, Setting
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Family, Verdict

_LISTS = (
    "smtpd_client_restrictions",
    "smtpd_helo_restrictions",
    "smtpd_sender_restrictions",
    "smtpd_relay_restrictions",
    "smtpd_recipient_restrictions",
    "smtpd_data_restrictions",
)
_HARSH = frozenset({"reject_unknown_client_hostname", "reject_unknown_client"})
_MILD = "reject_unknown_reverse_client_hostname"
_ALLOWED = ("postscreen_allowlist_interfaces", "postscreen_whitelist_interfaces")
_DEEP = ("postscreen_pipelining_enable", "postscreen_non_smtp_command_enable", "postscreen_bare_newline_enable")


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """Rules for clients, where there are clients over IPv6 at all."""
    configuration = postfix(measurement)
    if configuration is None or Family.IPV6 not in protocols(configuration.value("inet_protocols", "all")):
        return
    yield from _unknown(configuration)
    if any(service.command == "postscreen" for service in configuration.services):
        yield from _tables(configuration)
        yield from _allowed(configuration)
        yield from _deep(configuration)


def _unknown(configuration: Configuration) -> Iterator[Finding]:
    for name in _LISTS:
        for service, setting in scopes(configuration, name):
            found = list(_rules(setting.value))
            where = f"{name} of {service.name}/{service.type}" if service is not None else name
            if not found:
                continue
            harsh = [word for word in found if word in _HARSH]
            sentence = (
                f"{where} rejects clients whose reverse name does not lead back ({harsh[0]}); over IPv6 that hits "
                "honest senders far more often than over IPv4."
                if harsh
                else f"{where} rejects clients without any reverse name; more of them come over IPv6 than over IPv4."
            )
            mended = setting.raw or setting.value
            for word in harsh:
                mended = " ".join(_MILD if part.strip(",") == word else part for part in mended.split())
            yield Finding(
                "cfg-pf-unknown-client",
                Verdict.WARNING if harsh else Verdict.OK,
                Family.IPV6,
                where,
                sentence,
                (shown(setting),),
                mend(configuration, f"{name} = {mended}", service=service) if harsh else None,
                "postconf(5) reject_unknown_client_hostname",
            )


def _rules(value: str) -> Iterator[str]:
    """The rules in force; ``warn_if_reject`` makes the next one a line in the log."""
    before = ""
    for word in words(value):
        if before != "warn_if_reject" and (word in _HARSH or word == _MILD):
            yield word
        before = word


def _tables(configuration: Configuration) -> Iterator[Finding]:
    for name, lines in configuration.tables:
        if not name.startswith("cidr:"):
            continue
        wrong = [f"{name.removeprefix('cidr:')}:{number}: {short(line, 80)}"
                 for number, line in enumerate(lines, 1) if line.lstrip("!").startswith("[")]  # fmt: skip
        if wrong:
            yield Finding(
                "cfg-pf-postscreen",
                Verdict.WARNING,
                Family.IPV6,
                name,
                f"A cidr table takes IPv6 addresses without brackets; Postfix passes over {len(wrong)} lines of it.",
                tuple(wrong[:8]),
                "Write them as:\n  2001:db8::/32 permit",
                "cidr_table(5)",
            )


def _allowed(configuration: Configuration) -> Iterator[Finding]:
    setting = next((found for name in _ALLOWED if (found := configuration.setting(name)) and found.explicit), None)
    if setting is None or _may_pass_over_ipv6(setting):
        return
    yield Finding(
        "cfg-pf-postscreen",
        Verdict.CRITICAL,
        Family.IPV6,
        setting.name,
        f"No IPv6 address of this server stands in {setting.name}, so postscreen puts off every new client that comes "
        "over IPv6, for ever.",
        (shown(setting),),
        mend(configuration, f"{setting.name} = static:all"),
        "POSTSCREEN_README",
    )


def _may_pass_over_ipv6(setting: Setting) -> bool:
    """True unless every entry is an IPv4 one or an exclusion."""
    for word in words(setting.value):
        if word.startswith("!"):
            continue
        base = word.strip("[]").partition("/")[0].rstrip("]")
        try:
            if family_of(canonical(base)) is Family.IPV6:
                return True
        except ValueError:
            return True  # static:all, or a table nobody has read
    return False


def _deep(configuration: Configuration) -> Iterator[Finding]:
    on = [found for name in _DEEP if (found := configuration.setting(name)) and found.value == "yes"]
    if on:
        yield Finding(
            "cfg-pf-postscreen",
            Verdict.OK,
            Family.IPV6,
            "postscreen",
            f"postscreen puts every new client off once ({', '.join(item.name for item in on)}); a sender that comes "
            "from another IPv6 address at each try may need hours.",
            tuple(map(shown, on)),
            mend(configuration, *(f"{item.name} = no" for item in on)),
            "POSTSCREEN_README",
        )
