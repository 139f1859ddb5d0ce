"""What all inquiries together cost in time: the whole check beside the plain one, over a wire of 100 ms there and back.

The domain is signed and has two mail hosts with an address of each family, TLSA records for both and a policy of
MTA-STS. At the far end of the wire of ``bench.oneshot`` stand the root, com and two name servers of the domain (NSD,
as in ``tests.real.tree``), Postfix and the policy host; the resolver, Unbound, is on the prober's own machine and
knows the answers after the first turn, as the one next door does. ``--plain`` then waits for conversations alone,
while the whole check asks every name server by itself, walks down from the root, and fetches the policy over each
family.
"""

import contextlib
import json
from collections.abc import Iterator

from bench.oneshot import ONE_WAY, link
from bench.timing import Contestant, Times, interleaved, process
from tests.real import policies, tree
from tests.real.certificates import issue, key_digest
from tests.real.namespaces import Machine
from tests.real.policies import FIRST4, FIRST6, OTHER4, OTHER6, WEB4, WEB6
from tests.real.postfix import DOMAIN, postfix
from tests.real.tree import Domain, Signing
from tests.real.world import DOCUMENTATION, PROBE6, directory

ROUNDS = 9
MOST = 1.5  # times the plain check
NAMES = {"mx1": (FIRST6, FIRST4), "mx2": (OTHER6, OTHER4)}
HOST = f"mta-sts.{DOMAIN}"
POLICY = "".join(["version: STSv1\n", "mode: enforce\n", f"mx: *.{DOMAIN}\n", "max_age: 604800\n"])
WHOLE, PLAIN = "probe6", "probe6 --plain"


def domain(key: str) -> Domain:
    """``example`` below com, and what it promises."""
    lines = [f"@ MX {number}0 {name}" for number, name in enumerate(NAMES, 1)]
    for name, (six, four) in NAMES.items():
        lines += [f"{name} AAAA {six}", f"{name} A {four}", f"_25._tcp.{name} TLSA 3 1 1 {key}"]
    lines += ['_mta-sts TXT "v=STSv1; id=20260101T000000"', f"mta-sts AAAA {WEB6}", f"mta-sts A {WEB4}"]
    lines += ['_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"', '@ TXT "v=spf1 mx -all"']
    return Domain("\n".join(lines) + "\n", signing=Signing.GOOD)


@contextlib.contextmanager
def world() -> Iterator[tuple[Machine, list[str]]]:
    """The prober's machine, and the options with which it takes this for the Internet."""
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(directory())
        prober, far = stack.enter_context(link(tree.RESOLV_CONF))
        ca_file, chain = issue(place, *(f"{name}.{DOMAIN}" for name in NAMES), HOST)
        for six, four in (*NAMES.values(), (WEB6, WEB4)):
            for address in (f"{six}/128", f"{four}/32"):
                if address.split("/")[0] not in far.ip("address"):
                    far.address("lo", address)
        made = stack.enter_context(tree.grown(prober, far, place, {"example": domain(key_digest(chain))}, {}))
        stack.enter_context(postfix(far, place / "postfix", chain))
        told = {HOST: {"chain": str(chain), "status": 200, "location": None, "body": POLICY}}
        stack.enter_context(policies.serving(far, place, told))
        yield prober, ["--treat-global", DOCUMENTATION, "--root-hints", str(made.hints), "--ca", str(ca_file)]


def contestants(prober: Machine, options: list[str]) -> dict[str, Contestant]:
    argv = [str(PROBE6), DOMAIN, *options]
    # A warning is no failure: the second host greets by the name of the first, for it is the same Postfix.
    return {
        PLAIN: process(prober.argv(*argv, "--plain"), good=(0, 1)),
        WHOLE: process(prober.argv(*argv), good=(0, 1)),
    }


def complete(prober: Machine, options: list[str]) -> str:
    """What the whole check found there to ask, so that nobody takes an empty world for a quick one."""
    done = prober.run(PROBE6, DOMAIN, *options, "--format", "json", check=False, timeout=120)
    report = json.loads(done.stdout)
    codes = {item["code"] for item in report["findings"]}
    wanted = {"dane-tlsa-match", "mtasts-present", "tlsrpt-present"}
    if not wanted <= codes:
        raise SystemExit(f"the world of this benchmark is not whole: no {', '.join(sorted(wanted - codes))}")
    walks = {(walk["family"], walk["end"]) for walk in report["inquiries"]["walk"]}
    if walks != {("ipv6", "arrived")} or {item["security"] for item in report["inquiries"]["dnssec"]} != {"secure"}:
        raise SystemExit(f"the world of this benchmark is not whole: {walks}")
    return f"{report['queries']} queries, {report['connections']} connections"


def table(times: dict[str, Times], asked: str) -> str:
    ratio = times[WHOLE].median / times[PLAIN].median
    pairs = sorted(whole / plain for whole, plain in zip(times[WHOLE].seconds, times[PLAIN].seconds, strict=True))
    lines = [
        f"## Everything beside the conversations: two hosts, round trip {ONE_WAY * 2000:.0f} ms, {ROUNDS} rounds\n",
        "| what | median ms | min-max | x plain |",
        "|---|---|---|---|",
        times[PLAIN].row(f"`{PLAIN}`", "1.00"),
        times[WHOLE].row(f"`{WHOLE}`", f"{ratio:.2f} ({pairs[0]:.2f}-{pairs[-1]:.2f} turn by turn)"),
        "",
        f"The whole check: {asked}. Goal: at most {MOST} x the plain one.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    reason = policies.obstacle()
    if reason is not None:
        print(f"## Everything beside the conversations: not run\n\n{reason}\n")
        return
    with world() as (prober, options):
        asked = complete(prober, options)
        print(table(interleaved(contestants(prober, options), ROUNDS), asked))


if __name__ == "__main__":
    main()
