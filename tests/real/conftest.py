"""The world of real servers, put up once for all tests: ``built``, and ``world`` for what each engine is to tell."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from probe.measure.session.conversation import engines
from tests.real import debian, dovecot
from tests.real.namespaces import CommandError
from tests.real.proven import Proven
from tests.real.world import World, build, directory, obstacle


@pytest.fixture(scope="session")
def proven() -> Iterator[Proven]:
    """Where a test says what it has proven."""
    made = Proven()
    yield made
    made.write()


@pytest.fixture(scope="session")
def unpacked(pytestconfig: pytest.Config) -> Iterator[debian.Unpacked]:
    """Debian packages beside the system, unpacked once; what was fetched is kept from one session to the next."""
    reason = debian.obstacle()
    if reason is not None:
        pytest.skip(reason)
    cache = pytestconfig.cache
    assert cache is not None
    fetched, made = cache.mkdir("debian-packages"), dict[tuple[str, ...], tuple[Path, str]]()

    with directory() as place:

        def there(packages: tuple[str, ...]) -> tuple[Path, str]:
            if packages not in made:
                root = place / packages[0]
                try:
                    made[packages] = root, debian.unpack(packages, fetched, root)[packages[0]]
                except CommandError as error:
                    pytest.skip(f"no packages to be had: {error}")
            return made[packages]

        yield there


@pytest.fixture(scope="session")
def built() -> Iterator[World]:
    reason = obstacle()
    if reason is not None:
        pytest.skip(reason)
    with build() as made:
        yield made


@pytest.fixture(scope="session")
def imap_log(built: World) -> Iterator[Path]:
    """The log of a Dovecot beside the Postfix, which runs as long as the world."""
    reason = dovecot.obstacle()
    if reason is not None:
        pytest.skip(reason)
    place = built.postfix.directory.parent
    chain = place / "server.pem"
    with dovecot.dovecot(built.mailhost, place / "dovecot", built.postfix.directory / "mail", chain) as log:
        yield log


@pytest.fixture(params=engines())
def world(built: World, request: pytest.FixtureRequest) -> World:
    """Every test that asks for it is told twice, once by each engine."""
    return replace(built, engine=request.param)
