"""Every inquiry has its field and every field its inquiry; all are asked, and nobody is when that is not wanted."""

import inspect
from dataclasses import fields

from probe.measure.inquiry import load
from probe.model.inquiries import Inquiries


def test_an_inquiry_is_a_file_and_a_field() -> None:
    assert set(load()) == {item.name for item in fields(Inquiries)}


def test_an_inquiry_offers_inquire() -> None:
    for module in load().values():
        assert list(inspect.signature(module.inquire).parameters) == ["case"]
        assert inspect.iscoroutinefunction(module.inquire)
