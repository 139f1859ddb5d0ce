"""probe6: does mail over IPv6 work as mail over IPv4 does?

The floor plan, in prose. Three storeys: *measure* touches the world, *judge* thinks, *report* speaks.

``measure`` resolves a domain, opens one SMTP conversation with every address over both families and proves that a test
message arrived; it hands one frozen ``Measurement`` to ``judge``. ``judge`` holds the families side by side, runs the
checks and hands one frozen ``Report`` to ``report``, which renders it. Nothing that judges or speaks opens a socket,
reads a file or asks the clock, so a saved measurement can be judged again next year.

From top to bottom; imports only go down, and rooms on one floor do not know each other::

    __main__ | cli                    the door for people: one file per command
    api                               the library's face: measure, judge, render, load, save
    measure | judge | report | lab    the storeys; lab is a small faulty internet on loopback
    store | archive | config          state between runs in one file; a Measurement as JSON and back; a file of targets
    catalog                           on that floor too: what is known to go wrong, and what of it no check yields yet
    smtp | grammar                    SMTP as a client speaks it, and texts of the mail world; both without I/O
    address                           IPv6 and IPv4 text and classes
    model                             the nouns; imports nothing of ours

Where does a new line belong? What asks the world goes to ``measure``; what decides goes to ``judge/checks`` (one theme
per file, found by its file name); how it looks goes to ``report`` (one file per format); what reads a text somebody
else wrote goes to ``grammar``; what SMTP itself allows and means goes to ``smtp``. This module imports nothing.

The rooms of ``measure``, each below the story told in ``run``: ``dns`` asks, ``session`` talks and writes down,
``transport`` moves octets, ``engines`` speak SMTP, ``inquiries`` ask beside the conversations, ``proof`` writes the
test message and waits for it where ``delivery`` looks, ``submission`` is ``--via``, ``owner`` holds the tests that
take leave, ``configuration`` reads what a server is told. In ``judge``, ``facts`` are what several checks ask of a
measurement, ``contrast`` holds measurements against others, ``configuration`` serves the checks of settings, ``plan``
the migrations.
"""
