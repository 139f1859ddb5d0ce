from probe.model.settings import PATIENT, QUICK, Settings, Timeouts
from probe.model.words import Family


def test_the_source_of_each_family() -> None:
    settings = Settings(source6="2001:db8::9", source4="192.0.2.9")
    assert [settings.source(family) for family in Family] == ["2001:db8::9", "192.0.2.9"]
    assert Settings().source(Family.IPV6) is None


def test_the_released_time_outs() -> None:
    assert Settings().timeouts == QUICK == Timeouts()
    assert (QUICK.connect, QUICK.banner, QUICK.reply, QUICK.final_dot, QUICK.deadline) == (15, 45, 30, 120, 90)
    # RFC 5321 4.5.3.2: five minutes for the greeting and MAIL, ten for the final dot; the tester waits for ever.
    assert (PATIENT.banner, PATIENT.reply, PATIENT.final_dot, PATIENT.deadline) == (300, 300, 600, None)
