"""What an audit says of a real Postfix is true of it: set, started, looked at from outside, mended as printed, looked
at again. The audit runs on the mail host, as its operator would run it.
"""

import contextlib
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.real.namespaces import Machine
from tests.real.postfix import MASTER
from tests.real.world import DOCUMENTATION, MAIL4, MAIL6, NAME6, PROBE6, World

pytestmark = pytest.mark.real

STRANGER = "somebody@elsewhere.example.org"
DENIED = "454 4.7.1"  # Postfix's own default, defer_unauth_destination
SELF = "127.0.0.0/8 [::1]/128"

# Greeting, EHLO, MAIL, RCPT, and the code of the last reply in front of its text; "refused" without a connection.
CLIENT = """
import socket, sys
address, recipient = sys.argv[1:]
try:
    with socket.create_connection((address, 25), 10) as connection, connection.makefile("rwb") as stream:
        for line in (None, "EHLO probe.example.net", "MAIL FROM:<>", f"RCPT TO:<{recipient}>"):
            if line is not None:
                stream.write(line.encode() + b"\\r\\n")
                stream.flush()
            while (said := stream.readline().decode())[3:4] == "-":
                pass
            print(said, end="")
except ConnectionRefusedError:
    print("refused")
"""


@pytest.fixture(autouse=True)
def _as_it_was(built: World) -> Iterator[None]:
    """Whatever a test sets, the next one finds the world in good order: Postfix sends from the address with a name."""
    place = built.postfix.configuration
    before = {name: (place / name).read_text() for name in ("main.cf", "master.cf")}
    (place / "main.cf").write_text(before["main.cf"] + f"smtp_bind_address6 = {MAIL6}\nsmtp_bind_address = {MAIL4}\n")
    yield
    for name, text in before.items():
        (place / name).write_text(text)
    stopped(built)
    started(built)


def stopped(built: World) -> None:
    """Before the files change: with some of them Postfix does not even stop."""
    built.mailhost.run("postfix", "-c", built.postfix.configuration, "stop", check=False)
    built.postfix._until_listening(set())


def started(built: World) -> None:
    """With what the files say, whatever it opens then; or it does not start at all."""
    built.mailhost.run("postfix", "-c", built.postfix.configuration, "start", check=False)
    built.mailhost.run(
        "sh", "-c", "for i in $(seq 40); do ss -Hltn 'sport = :25' | grep -q . && exit; sleep 0.05; done"
    )


def configured(built: World, **settings: str) -> None:
    stopped(built)
    for name, value in settings.items():
        built.postfix.configure({name: value})
    started(built)


def audit(built: World, *more: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status and findings by code, notes left out."""
    done = built.mailhost.run(
        *(PROBE6, "audit", "postfix", built.postfix.configuration, "--domain", "example.com", "--nameserver", NAME6),
        *("--treat-global", DOCUMENTATION, "--ca", built.ca_file, "--format", "json", *more),
        check=False,
    )
    assert done.returncode in {0, 1, 2}, done.stderr
    found = [item for item in json.loads(done.stdout)["findings"] if item["verdict"] != "ok"]
    return done.returncode, {item["code"]: item for item in found}


def codes(built: World) -> set[str]:
    return set(audit(built)[1])


def mended(built: World, finding: dict[str, Any]) -> None:
    """Run the commands of a fix as they are printed, on the mail host."""
    lines = [line for line in finding["fix"].splitlines() if line.startswith(("postconf", "postfix"))]
    assert lines, finding["fix"]
    for line in lines:
        done = built.mailhost.run("sh", "-ec", line, check=False)
        assert done.returncode == 0, (line, done.stderr)
    built.mailhost.run("sleep", "0.3")


def reply(where: Machine, address: str, recipient: str = STRANGER) -> str:
    """The last thing the server says to a client on the machine ``where``."""
    done: subprocess.CompletedProcess[str] = where.run(sys.executable, "-c", CLIENT, address, recipient, check=False)
    return (done.stdout.splitlines() or [done.stderr])[-1]


def test_a_server_in_good_order_is_ok(built: World) -> None:
    configured(built)
    assert built.mailhost.listens(25) == {"ipv6", "ipv4"}
    assert audit(built) == (0, {})


def test_ipv6_left_out_is_refused_and_the_printed_command_opens_it(built: World) -> None:
    configured(built, inet_protocols="ipv4")
    assert built.mailhost.listens(25) == {"ipv4"}
    assert reply(built.prober, MAIL6) == "refused"
    status, found = audit(built)
    assert (status, set(found)) == (2, {"cfg-pf-inet-protocols"})
    assert found["cfg-pf-inet-protocols"]["evidence"][0].endswith(": inet_protocols = ipv4")
    mended(built, found["cfg-pf-inet-protocols"])
    assert built.mailhost.listens(25) == {"ipv6", "ipv4"}
    assert audit(built) == (0, {})


def test_a_change_needs_stop_and_start_and_a_reload_is_not_enough(built: World) -> None:
    configured(built, inet_protocols="ipv4")
    built.mailhost.run("sleep", "3")
    built.postfix.configure({"inet_protocols": "all"})
    built.mailhost.run("postfix", "-c", built.postfix.configuration, "reload")
    built.mailhost.run("sleep", "1")
    assert built.mailhost.listens(25) == {"ipv4"}
    status, found = audit(built)
    assert (status, set(found)) == (2, {"cfg-pf-restart"})
    mended(built, found["cfg-pf-restart"])
    assert built.mailhost.listens(25) == {"ipv6", "ipv4"}
    assert codes(built) == set()


def test_an_address_of_one_family_closes_the_other(built: World) -> None:
    configured(built, inet_interfaces=f"127.0.0.1, {MAIL4}")
    assert built.mailhost.listens(25) == {"ipv4"}
    status, found = audit(built)
    assert (status, set(found)) == (2, {"cfg-pf-inet-interfaces"})
    mended(built, found["cfg-pf-inet-interfaces"])
    assert reply(built.prober, MAIL6).startswith(DENIED)


@pytest.mark.parametrize(
    ("protocols", "interfaces", "said"),
    [
        ("all", f"{MAIL4}, {MAIL6}, 2001:db8:25::99", "no local interface found for 2001:db8:25::99"),
        ("ipv4", f"{MAIL4}, {MAIL6}", f"host not found: {MAIL6}"),
    ],
)
def test_what_postfix_does_not_start_with(built: World, protocols: str, interfaces: str, said: str) -> None:
    """postconf itself fails: without a place it is quoted, with one the files are read and its words are passed on."""
    configured(built, inet_protocols=protocols, inet_interfaces=interfaces)
    assert built.mailhost.listens(25) == set()
    place = built.postfix.configuration
    done = built.mailhost.run("env", f"MAIL_CONFIG={place}", PROBE6, "audit", "postfix", check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)
    assert done.stderr.startswith("probe6: postconf: fatal: ")
    assert done.stderr.endswith(f"{said}\n")
    status, found = audit(built)
    assert status > 0
    assert said in found["cfg-syntax"]["sentence"]
    assert ("cfg-pf-inet-interfaces" in found) is (protocols == "ipv4")


def test_a_machine_that_only_sends_is_ok_where_no_mail_is_led_to_it(built: World) -> None:
    configured(built, inet_interfaces="loopback-only", myhostname="host.example.net")
    assert built.mailhost.listens(25) == {"ipv6", "ipv4"}
    assert reply(built.prober, MAIL6) == reply(built.prober, MAIL4) == "refused"
    status, found = audit(built)  # example.com's MX record leads to this machine, where nobody takes it
    assert (status, set(found)) == (2, {"cfg-pf-inet-interfaces"})
    done = built.mailhost.run(
        *(PROBE6, "audit", "postfix", built.postfix.configuration, "--domain", "example.net", "--nameserver", NAME6),
        *("--treat-global", DOCUMENTATION, "--quiet"), check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")


def test_ipv6_without_brackets_puts_every_stranger_off_and_the_fix_ends_that(built: World) -> None:
    configured(built, mynetworks="127.0.0.0/8 2001:db8:9::/64")
    assert reply(built.prober, MAIL6).startswith("451")
    assert reply(built.prober, MAIL4).startswith("451")
    status, found = audit(built)
    assert (status, set(found)) == (2, {"cfg-pf-mynetworks-brackets"})
    mended(built, found["cfg-pf-mynetworks-brackets"])
    assert reply(built.prober, MAIL6).startswith("250")  # the prober's network is trusted, as was meant
    assert reply(built.prober, MAIL4).startswith(DENIED)
    assert "cfg-pf-mynetworks-brackets" not in codes(built)


def test_a_prefix_wider_than_the_interfaces_relays_for_strangers(built: World) -> None:
    configured(built, mynetworks=f"{SELF} [2001:db8::]/32")
    assert reply(built.prober, MAIL6).startswith("250")
    assert reply(built.prober, MAIL4).startswith(DENIED)
    status, found = audit(built)
    assert (status, set(found)) == (2, {"cfg-pf-mynetworks-broad"})
    assert "open relay" in found["cfg-pf-mynetworks-broad"]["sentence"]
    mended(built, found["cfg-pf-mynetworks-broad"])
    assert reply(built.prober, MAIL6).startswith(DENIED)
    assert codes(built) == set()


def test_the_own_link_is_asked_about_and_holds_no_stranger(built: World) -> None:
    configured(built, mynetworks=f"{SELF} [2001:db8:25::]/64")
    assert reply(built.prober, MAIL6).startswith(DENIED)
    status, found = audit(built)
    assert (status, set(found)) == (1, {"cfg-pf-mynetworks-broad"})
    assert audit(built, "--lan", "2001:db8:25::/64") == (0, {})


def test_localhost_over_ipv6_is_denied_where_ipv4_alone_is_listed(built: World) -> None:
    configured(built, mynetworks="127.0.0.0/8")
    assert reply(built.mailhost, "127.0.0.1").startswith("250")
    assert reply(built.mailhost, "::1").startswith(DENIED)
    status, found = audit(built)
    assert (status, set(found)) == (1, {"cfg-pf-mynetworks-missing"})
    mended(built, found["cfg-pf-mynetworks-missing"])
    assert reply(built.mailhost, "::1").startswith("250")


def test_a_greeting_without_the_name(built: World) -> None:
    configured(built, smtpd_banner="Grin without a cat")
    done = built.prober.run(sys.executable, "-c", CLIENT, MAIL6, STRANGER)
    assert done.stdout.startswith("220 Grin without a cat\n")
    status, found = audit(built)
    assert (status, set(found)) == (1, {"cfg-pf-banner"})
    mended(built, found["cfg-pf-banner"])
    assert built.prober.run(sys.executable, "-c", CLIENT, MAIL6, STRANGER).stdout.startswith(
        "220 mx1.example.com ESMTP"
    )


def test_a_client_list_that_holds_everybody_is_an_open_relay(built: World) -> None:
    configured(built, smtpd_relay_restrictions="check_client_access static:OK, reject_unauth_destination")
    assert reply(built.prober, MAIL6).startswith("250 2.1.5")
    status, found = audit(built)
    assert (status, set(found)) == (2, {"cfg-pf-relay-restrictions"})
    assert "open relay" in found["cfg-pf-relay-restrictions"]["sentence"]
    mended(built, found["cfg-pf-relay-restrictions"])
    assert reply(built.prober, MAIL6).startswith(DENIED)


@pytest.mark.parametrize("value", ["", "permit, reject_unauth_destination"])
def test_restrictions_that_postfix_will_not_run_with(built: World, value: str) -> None:
    configured(built, smtpd_relay_restrictions=value)
    dead = built.mailhost.run("timeout", "1", sys.executable, "-c", CLIENT, MAIL6, STRANGER, check=False)
    assert "250 2.1.5" not in dead.stdout
    assert built.postfix.logs("specify at least one working instance of")
    status, found = audit(built)
    assert (status, set(found)) == (2, {"cfg-pf-relay-restrictions"})
    assert "open relay" not in found["cfg-pf-relay-restrictions"]["sentence"]


def test_a_service_bound_to_one_family(built: World) -> None:
    stopped(built)
    (built.postfix.configuration / "master.cf").write_text(MASTER.replace("\nsmtp inet", f"\n{MAIL4}:25 inet"))
    started(built)
    assert built.mailhost.listens(25) == {"ipv4"}
    status, found = audit(built)
    assert (status, set(found)) == (2, {"cfg-pf-mastercf-override"})


@contextlib.contextmanager
def rejecting(where: Machine) -> Iterator[None]:
    """A firewall on the mail host that resets connections to port 25 over IPv6."""
    where.run("ip6tables", "-A", "INPUT", "-p", "tcp", "--dport", "25", "-j", "REJECT", "--reject-with", "tcp-reset")
    try:
        yield
    finally:
        where.run("ip6tables", "-F", "INPUT")


def test_configured_listening_published_and_refused_is_a_firewall(built: World) -> None:
    if built.mailhost.run("ip6tables", "-L", "-n", check=False).returncode:
        pytest.skip("missing Debian packages: iptables")
    configured(built)
    with rejecting(built.mailhost):
        assert reply(built.prober, MAIL6) == "refused"
        status, found = audit(built, "--probe")
    assert status == 2
    assert "configured, listening and published, but refused on the wire" in found["cfg-firewall"]["sentence"]
    assert found["cfg-firewall"]["family"] == "ipv6"
    status, found = audit(built, "--probe")
    assert "cfg-firewall" not in found


def test_postconf_on_standard_input_says_the_same_of_the_settings(built: World) -> None:
    configured(built, inet_protocols="ipv4", mynetworks=f"{SELF} [fe80::]/10")
    place = shlex.quote(str(built.postfix.configuration))
    done = built.mailhost.run(
        "sh", "-c", f"postconf -c {place} -n | {PROBE6} audit postfix - --format json", check=False
    )
    found = {item["code"] for item in json.loads(done.stdout)["findings"] if item["verdict"] != "ok"}
    assert found == codes(built) == {"cfg-pf-inet-protocols", "cfg-pf-mynetworks-broad"}
