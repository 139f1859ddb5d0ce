from probe.model.configuration import Configuration, Learned, Mta, Service, Setting


def test_the_last_word_of_a_service_counts() -> None:
    service = Service("smtp", "inet", "smtpd", "master.cf:1", (Setting("a", "1"), Setting("a", "2")))
    assert service.own("b") is None
    own = service.own("a")
    assert own is not None
    assert own.value == "2"


def test_a_setting_by_its_name() -> None:
    configuration = Configuration(Mta.POSTFIX, "main.cf", Learned.READ, settings=(Setting("a", "1"),))
    assert (configuration.value("a"), configuration.value("b", "all")) == ("1", "all")
    assert configuration.setting("b") is None
