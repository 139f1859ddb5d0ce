import pytest

from probe.judge.configuration.configured import (
    announced,
    instance,
    is_loopback,
    mend,
    protocols,
    quoted,
    scopes,
    shown,
    takes_mail,
    unset,
    weight,
    words,
)
from probe.model.configuration import Published, Setting
from probe.model.words import Family, Outcome, Verdict
from tests.configurations import IPV4_ALONE, MAIN, MASTER, PUBLISHED, V4, V6, here, postfix


def test_a_list_has_blanks_or_commas_between_its_words() -> None:
    assert words(" a,b\tc ,, d\n") == ["a", "b", "c", "d"]


def test_the_families_of_inet_protocols() -> None:
    assert protocols("ALL") == {V6, V4}
    assert protocols("ipv4, ipv6") == {V6, V4}
    assert protocols("ipv6") == {V6}
    assert protocols("") == set()


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (Setting("a", "b", "b", "main.cf:3", explicit=True), "main.cf:3: a = b"),
        (Setting("a", "b", "$c", "main.cf:3", explicit=True), "main.cf:3: a = $c (in effect: b)"),
        (Setting("a", "", "$c", "main.cf:3", explicit=True), "main.cf:3: a = $c (in effect: empty)"),
        (Setting("a", ""), "default: a ="),
    ],
)
def test_a_setting_as_evidence(setting: Setting, text: str) -> None:
    assert shown(setting) == text


def test_the_scopes_of_a_parameter() -> None:
    found = here(MAIN, f"{MASTER}587 inet n - y - - smtpd\n -o mynetworks=\n")
    assert [service.name if service else None for service, _ in scopes(found, "mynetworks")] == [None, "587"]


@pytest.mark.parametrize(
    ("text", "answer"), [("::1", True), ("127.9.9.9", True), ("[::1]", True), ("localhost", False)]
)
def test_what_only_the_machine_itself_reaches(text: str, answer: bool) -> None:
    assert is_loopback(text) is answer


def test_a_null_client_takes_no_mail_and_a_server_without_addresses_was_to() -> None:
    assert takes_mail(here())
    assert not takes_mail(here(f"{MAIN}inet_interfaces = loopback-only\n"))
    assert not takes_mail(here(MAIN, "smtp unix - - y - - smtp\n"))
    assert takes_mail(here(f"{MAIN}inet_protocols = ipv6\ninet_interfaces = 192.0.2.25\n"))


def test_what_the_dns_says_of_the_server() -> None:
    assert announced(postfix(), V6) is None
    assert announced(here(), V6) == ("2001:db8:25::25",)
    assert announced(here(published=IPV4_ALONE), V6) == ()
    unknown = (Published("mx1.example.com", "myhostname", V6, Outcome.SERVFAIL),)
    assert announced(here(published=unknown), V6) is None


def test_mx_hosts_of_other_machines_are_not_this_one() -> None:
    elsewhere = (Published("mx2.example.com", "mx", V6, Outcome.ANSWER, ("2001:db8:99::25",)),)
    assert announced(here(published=elsewhere), V6) == ()
    by_address = (Published("mx.example.org", "mx", V6, Outcome.ANSWER, ("2001:db8:25::25",)),)
    assert announced(here(published=by_address), V6) == ("2001:db8:25::25",)


def test_of_a_file_that_stands_alone_the_domain_is_believed() -> None:
    elsewhere = (Published("mx2.example.com", "mx", V6, Outcome.ANSWER, ("2001:db8:99::25",)),)
    assert announced(postfix(published=elsewhere), V6) == ("2001:db8:99::25",)
    assert announced(postfix(published=(*PUBLISHED, *elsewhere)), V6) == ("2001:db8:25::25",)


@pytest.mark.parametrize(("published", "verdict"), [(None, Verdict.CRITICAL), (IPV4_ALONE, Verdict.WARNING)])
def test_how_bad_it_is(published: tuple[Published, ...] | None, verdict: Verdict) -> None:
    assert weight(here(published=published), Family.IPV6) is verdict


@pytest.mark.parametrize(
    ("place", "word"),
    [
        ("/etc/postfix", ""), ("/etc/postfix/main.cf", ""), ("/srv/mail/etc", " -c /srv/mail/etc"),
        ("/srv/it's here", " -c '/srv/it'\\''s here'"), ("page.cf", ""), ("-", ""), ("/tmp/page.cf", ""),
    ],
)  # fmt: skip
def test_the_instance_in_a_command(place: str, word: str) -> None:
    assert instance(postfix(place=place)) == word


def test_commands_quote_what_they_carry() -> None:
    assert quoted("a'b $(c)") == "'a'\\''b $(c)'"
    assert mend(postfix(), "a = b", restart=True) == "postconf -e 'a = b'\npostfix stop && postfix start"
    service = here(MAIN, MASTER).services[0]
    assert mend(postfix(), "a = b", service=service) == "postconf -P 'smtp/inet/a = b'\npostfix reload"
    assert unset(postfix(), service, "a") == "postconf -PX 'smtp/inet/a'\npostfix reload"
