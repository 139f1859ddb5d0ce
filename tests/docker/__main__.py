"""What ``docker/test`` does: build, look, tour, take down. A line for each thing, and an exit status."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

from tests.docker import cron, image, tour
from tests.docker.engine import Engine, MissingError, engine
from tests.docker.world import world

SERVERS = (("probe6-world-servers", "servers"), ("probe6-world-exim", "exim"))
NO_ENGINE = 69  # EX_UNAVAILABLE
INTERRUPTED = 130


def looked_at(chosen: Engine, *, write: bool) -> Iterator[image.Look]:
    """Everything, in order; the world is down again at the end, whatever happens."""
    began = time.monotonic()
    with ThreadPoolExecutor() as together:
        # Each waits for package mirrors most of the time.
        building = [together.submit(_servers, chosen), together.submit(_images, chosen)]
        try:
            for done in as_completed(building):
                done.result()
        except BaseException:
            if chosen.spaces is not None:
                chosen.spaces.end()
            raise
    yield f"images built with {chosen.name} in {time.monotonic() - began:.0f} s", None
    yield from image.looks(chosen)
    began = time.monotonic()
    with world(chosen):
        yield f"the world is up in {time.monotonic() - began:.0f} s", None
        began = time.monotonic()
        for step in tour.steps():
            yield (
                f"tour {step.name}: {step.verdict}, {step.parity}, {' '.join(step.findings)}",
                tour.walked(chosen, step),
            )
            if write and step.lines:
                tour.written(chosen, step)
        yield f"the tour took {time.monotonic() - began:.0f} s", None
        yield from cron.looks(chosen)


def _servers(chosen: Engine) -> None:
    for tag, target in SERVERS:
        chosen.build("docker/world/Dockerfile", tag, "--target", target)


def _images(chosen: Engine) -> None:
    chosen.build("docker/Dockerfile", image.TAG, "--label", f"org.opencontainers.image.version={_version()}")
    chosen.build("docker/cron/Dockerfile", cron.TAG)


def _version() -> str:
    from probe.model.version import VERSION

    return VERSION


def main(words: list[str]) -> int:
    """Print and count. SIGTERM and Ctrl-C take everything down first."""
    if words not in ([], ["--write"]):
        print("docker/test: no words, or --write", file=sys.stderr)
        return 64
    os.environ["FAULTS"] = tour.SWITCHED
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    failed = 0
    began = time.monotonic()
    try:
        with engine() as chosen:
            print(f"ok      {chosen.name} is ready in {time.monotonic() - began:.0f} s", flush=True)
            for what, wrong in looked_at(chosen, write=bool(words)):
                failed += wrong is not None
                print(f"ok      {what}" if wrong is None else f"FAILED  {what}: {wrong}", flush=True)
    except MissingError as missing:
        print(f"docker/test: {missing}", file=sys.stderr)
        return NO_ENGINE
    except RuntimeError as broken:
        print(f"FAILED  {broken}", flush=True)
        return 1
    except KeyboardInterrupt:
        print("docker/test: ended as asked; everything is taken down", file=sys.stderr)
        return INTERRUPTED
    print(f"{'FAILED' if failed else 'ok'}: {failed} wrong, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
