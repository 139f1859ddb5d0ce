"""Files of /etc that services locked into the queue directory see as copies.

WHY
    Debian locks most services of Postfix into its queue directory. There they read a copy of resolv.conf and hosts made
    when Postfix was started: a name server that has moved since, or that has got an IPv6 address, is unknown to them.

FINDS
cfg-chroot-resolv: the copy is older than the original in what it says, or there is none while services are locked in.

FIX
    Start Postfix again, which makes fresh copies, or copy them:
        cp /etc/resolv.conf /var/spool/postfix/etc/resolv.conf
        postfix reload

SEE
    master(5) chroot; Debian's postfix README.Debian; DEBUG_README.
"""

from collections.abc import Iterator

from probe.judge.configuration.configured import RELOAD, instance, postfix, quoted
from probe.judge.wording import short
from probe.model.configuration import Copy
from probe.model.measurement import Measurement
from probe.model.report import Finding, JudgeOptions
from probe.model.words import Verdict


def check(measurement: Measurement, _options: JudgeOptions) -> Iterator[Finding]:
    """The copies of a server that runs; before its first start there are none."""
    configuration = postfix(measurement)
    if configuration is None or configuration.machine is None or configuration.machine.pid is None:
        return
    locked = [service.name for service in configuration.services if service.chroot]
    if not locked:
        return
    for copy in configuration.machine.copies:
        lines = list(_differences(copy))
        if not lines:
            continue
        what = "has no copy" if copy.copied is None else "says something else than its copy"
        yield Finding(
            "cfg-chroot-resolv",
            Verdict.WARNING,
            None,
            copy.copy,
            f"{copy.path} {what} in the queue directory, where {len(locked)} services of Postfix look.",
            (*lines[:8], f"chroot: {short(', '.join(locked))}"),
            f"cp {quoted(copy.path)} {quoted(copy.copy)}\n{RELOAD.format(instance=instance(configuration))}",
            "master(5)",
        )


def _differences(copy: Copy) -> Iterator[str]:
    """What one has and the other lacks; the order counts for name servers, which both files keep."""
    if copy.copied is None:
        if copy.path.endswith("/resolv.conf") and copy.original:
            yield f"no {copy.copy}"
        return
    if not copy.path.endswith("/resolv.conf"):
        original, copied = (_localhost(lines) for lines in (copy.original, copy.copied))
    else:
        original, copied = copy.original, copy.copied
    yield from (f"{copy.path}: {short(line, 100)}" for line in original if line not in copied)
    yield from (f"{copy.copy}: {short(line, 100)}" for line in copied if line not in original)


def _localhost(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Of hosts only what decides which family localhost is; names of other machines come and go."""
    return tuple(f"{line.split()[0]} localhost" for line in lines if "localhost" in line.split()[1:])
