"""What the user wants assumed about the DNS: ``--mx``, ``--resolve``, ``--server`` and the zone file of ``--overlay``.

In: the ``Record``s of the settings, or the text of a zone-file fragment (RFC 1035 5). Out: ``Answer``s, ``Record``s.
Wrong: what is no zone file is a ``UsageError`` that names file and line.
"""

from collections.abc import Iterable

from probe.grammar.text import printable
from probe.measure.dns.answer import Answer, fold
from probe.model.errors import UsageError
from probe.model.settings import Record
from probe.model.words import Outcome, Provenance


class Overlay:
    """The assumed RRsets, by name and type. Where an option and the file speak of the same RRset, the option wins."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._sets: dict[tuple[str, str], Record] = {}
        for record in records:
            key = fold(record.name), record.rrtype.upper()
            known = self._sets.get(key)
            if known is None or record.option > known.option:
                self._sets[key] = record
            elif record.option == known.option:  # the same name given twice: both count
                merged = tuple(dict.fromkeys(known.records + record.records))
                self._sets[key] = Record(known.name, known.rrtype, merged, known.ttl, known.option)

    def answer(self, name: str, rrtype: str) -> Answer | None:
        """What is assumed of ``name`` and ``rrtype``; None when the DNS is to be asked."""
        record = self._sets.get((name, rrtype))
        if record is not None:
            outcome = Outcome.ANSWER if record.records else Outcome.NO_DATA
            return Answer(outcome, record.records, record.ttl, provenance=_provenance(record))
        alias = self._sets.get((name, "CNAME"))
        if alias is not None and alias.records:
            target = (fold(alias.records[0]),)
            return Answer(Outcome.NO_DATA, ttl=alias.ttl, cnames=target, unfinished=True, provenance=_provenance(alias))
        return None


def _provenance(record: Record) -> Provenance:
    return Provenance.OPTION if record.option else Provenance.OVERLAY


def read_overlay(text: str, origin: str, path: str) -> tuple[Record, ...]:
    """The RRsets of a zone-file fragment. Relative names end in ``origin``; any domain may be spoken of.

    ``path`` is for the error line only. $ORIGIN and $TTL are understood; nothing that would read another file.
    """
    import dns.exception
    import dns.name
    import dns.rdataclass
    import dns.tokenizer
    import dns.zonefile

    manager = dns.zonefile.RRSetsReaderManager(origin=dns.name.root)
    tokens = dns.tokenizer.Tokenizer(text, path, idna_codec=dns.name.IDNA_2008_UTS_46)
    try:
        with manager.writer(True) as transaction:  # type: ignore[no-untyped-call] # dnspython left it out
            reader = dns.zonefile.Reader(
                tokens, dns.rdataclass.IN, transaction, allow_directives={"$ORIGIN", "$TTL"}, default_ttl=0
            )
            # The zone is all of the DNS, so that PTR records and other people's hosts can be in the file.
            reader.current_origin = reader.last_name = dns.name.from_text(fold(origin).encode("ascii"))
            reader.read()
    except dns.exception.SyntaxError as error:  # says file and line itself
        raise UsageError(printable(str(error))) from None
    except (dns.exception.DNSException, UnicodeError) as error:
        raise UsageError(printable(f"{path}:{tokens.where()[1]}: {error}")) from None
    return tuple(
        Record(
            fold(rrset.name.to_text()),
            dns.rdatatype.to_text(rrset.rdtype),
            tuple(rdata.to_text() for rdata in rrset),
            rrset.ttl or None,  # 0 stands for a TTL nobody wrote
        )
        for rrset in manager.rrsets
    )
