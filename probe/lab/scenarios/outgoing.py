"""Scenarios of the domain as a sender: what receivers of its mail would look up, over each family."""

from probe.address import reverse_name
from probe.lab.faults import Mail
from probe.lab.scenario import V4, V6, Scenario, pair
from probe.lab.zones import HOME, MX4, MX6, OWN4, OWN6, authority, host, txt
from probe.model.words import Verdict

_REJECT = txt("_dmarc.example.com", "v=DMARC1; p=reject")
_SENDER6, _SENDER4 = "2001:db8::77", "192.0.2.77"
_OUT = host("out.example.com", _SENDER6, _SENDER4)
_LIST = "bl.example.net"
_PROVIDER = (
    txt("_spf.example.net", "v=spf1 include:_netblocks.example.net include:_netblocks2.example.net ~all")
    + txt("_netblocks.example.net", "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0/22 ~all")
    + txt("_netblocks2.example.net", "v=spf1 ip6:2001:db8::/36 ip6:2001:db8:4000::/36 ~all")
)


def _spf(record: str) -> str:
    return HOME + txt("example.com", record)


def _listed(address: str, *answers: str) -> str:
    """What a list of bad addresses holds about one."""
    name = reverse_name(address).removesuffix(".ip6.arpa").removesuffix(".in-addr.arpa")
    return "".join(f"{name}.{_LIST}. 300 IN A {answer}\n" for answer in answers) + txt(
        f"{name}.{_LIST}", "see the list"
    )


OUTGOING = (
    Scenario(
        name="sends-well",
        title="the domain lets both its families send, by way of a provider, a redirect and a macro",
        zone=HOME
        + txt("example.com", "v=spf1 include:_spf.example.net exists:%{ir}.%{v}._spf.%{d} redirect=_spf.%{d}")
        + txt("_spf.example.com", "v=spf1 mx ip6:2001:db8::77 -all")
        + _PROVIDER
        + _REJECT,
    ),
    Scenario(
        name="receives-only",
        title="the domain sends no mail at all, and says so",
        zone=_spf("v=spf1 -all") + _REJECT,
    ),
    Scenario(
        name="sends-elsewhere",
        title="the mail hosts only receive: the mail leaves from a provider that has IPv6",
        zone=_spf("v=spf1 include:_spf.example.net -all")
        + txt("_spf.example.net", "v=spf1 ip4:198.51.100.64/26 ip6:2001:db8:ffff::/48 -all")
        + host("out.example.net", "2001:db8:ffff::65", "198.51.100.65"),
    ),
    Scenario(
        name="spf-ip4-only",
        title="the domain's SPF record names the IPv4 address of its mail host and not the IPv6 one",
        zone=_spf("v=spf1 ip4:192.0.2.25 -all") + _REJECT,
        findings=frozenset({("out-spf-ip6", V6)}),
        notes=frozenset({"out-dmarc-dkim"}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="spf-ip6-only",
        title="the domain's SPF record names the IPv6 address of its mail host and not the IPv4 one",
        zone=_spf("v=spf1 ip6:2001:db8::25 -all"),
        findings=frozenset({("out-spf-ip4", V4)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="spf-provider-ip4",
        title="the provider's SPF record covers the IPv4 address of the mail host, which need not send",
        zone=_spf("v=spf1 include:_netblocks.example.net -all") + _PROVIDER,
        notes=frozenset({"out-spf-ip6"}),
    ),
    Scenario(
        name="spf-fails-sender6",
        title="the address that sends over IPv6 is not in the domain's SPF record",
        zone=_spf("v=spf1 mx a:out.example.com//128 -all") + _OUT + host("new.example.com", "2001:db8::78"),
        sender6=(_SENDER6, "2001:db8::78"),
        sender4=(_SENDER4,),
        findings=frozenset({("out-spf-ip6", V6)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="spf-void-v6",
        title="three names in the SPF record have no IPv6 address, which is one too many for IPv6 clients",
        zone=_spf("v=spf1 a:www.example.com a:shop.example.com a:old.example.com mx -all")
        + "".join(host(f"{name}.example.com", _SENDER4, pointer=False) for name in ("www", "shop", "old")),
        findings=frozenset({("out-spf-void", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="spf-two-void-v6",
        title="two names in the SPF record have no IPv6 address, which is allowed",
        zone=_spf("v=spf1 a:www.example.com a:shop.example.com mx -all")
        + "".join(host(f"{name}.example.com", _SENDER4, pointer=False) for name in ("www", "shop")),
    ),
    Scenario(
        name="spf-ip6-in-ip4",
        title="an IPv6 address stands in an ip4 term, and the whole SPF record is void",
        zone=_spf("v=spf1 ip4:192.0.2.25 ip4:2001:db8::25 -all"),
        findings=frozenset({("out-spf-ip6-syntax", V6)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="spf-too-broad",
        title="the SPF record lets a whole provider send over IPv6",
        zone=_spf("v=spf1 mx ip6:2001:db8::/32 -all"),
        findings=frozenset({("out-spf-too-broad", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="spf-twice",
        title="the domain has two SPF records, so it has none that counts",
        zone=_spf("v=spf1 mx -all") + txt("example.com", "v=spf1 include:_spf.example.net -all"),
        findings=frozenset({("out-spf-permerror", None)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="sender6-without-ptr",
        title="the address that sends over IPv6 has no reverse name",
        zone=_spf("v=spf1 a:out.example.com -all")
        + host("out.example.com", _SENDER6, pointer=False)
        + host("out.example.com", _SENDER4),
        sender6=(_SENDER6,),
        sender4=(_SENDER4,),
        findings=frozenset({("out-ptr", V6)}),
        verdict=Verdict.CRITICAL,
    ),
    Scenario(
        name="greets-ipv4-name",
        title="the mail host greets with a name that has no IPv6 address, and sends over IPv6",
        zone=_spf("v=spf1 mx -all") + host("mail.example.com", MX4, pointer=False),
        hosts=pair(*[Mail(names=("mail.example.com",))] * 2),
        sender6=(MX6,),
        findings=frozenset({("out-helo", V6)}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="listed-v6",
        title="the IPv6 address of the mail host stands on a list, and so does our own",
        zone=_spf("v=spf1 mx -all") + authority(_LIST) + _listed(MX6, "127.0.0.2") + _listed(OWN6, "127.0.0.3"),
        dnsbl=(_LIST,),
        findings=frozenset({("out-dnsbl", V6)}),
        notes=frozenset({"self-dnsbl"}),
        verdict=Verdict.WARNING,
    ),
    Scenario(
        name="list-refuses",
        title="the list of bad addresses does not answer a resolver like ours, which is no listing",
        zone=_spf("v=spf1 mx -all")
        + authority(_LIST)
        + "".join(_listed(item, "127.255.255.254") for item in (MX6, MX4, OWN6, OWN4)),
        dnsbl=(_LIST,),
        notes=frozenset({"out-dnsbl"}),
    ),
    Scenario(
        name="sender-forbids-us",
        title="we send in the name of a domain that does not let us, and nobody minds",
        target="user@example.com",
        sender="user@example.com",
        zone=_spf("v=spf1 mx -all"),
        notes=frozenset({"self-spf"}),
    ),
)
