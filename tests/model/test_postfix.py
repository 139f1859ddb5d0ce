from probe.grammar.postfix_conf import read_master


def test_a_service_is_named_by_two_words() -> None:
    [service] = read_master("[::1]:25 inet n - n - - smtpd\n").services
    assert service.title == "[::1]:25 inet"
