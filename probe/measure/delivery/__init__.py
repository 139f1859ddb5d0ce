"""The proofs of delivery, one file each, named as its ``--proof`` word; the file name is the registry.

A proof is something that was watched before any mail went out and in which the message was then found. Each file offers
``watch(spec, means)``, an asynchronous context manager: entering it looks whether the place can be read at all and
raises ``UsageError`` with one clear line when not, so that "not found" never means "could not look". It yields an
object with a ``name`` and ``find(token)``, as ``probe.measure.proof.arrival`` describes them. No proof moves, marks or
deletes mail; ``--cleanup`` alone lets one of IMAP take away the messages of its own run.
"""
