"""The house rules that no linter knows: twins, plug-ins, sizes, imports. What is exempt stands here with its reason."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import probe
import probe.judge.checks
import probe.measure.configuration.servers
import probe.measure.delivery
import probe.report
from probe.judge import manual
from probe.model.configuration import Mta

ROOM = Path(probe.__file__).parent
ROOT = ROOM.parent
TESTS = ROOT / "tests"
MODULES = sorted(path.relative_to(ROOM) for path in ROOM.rglob("*.py"))
LONGEST = 350

NO_TWIN = {
    "model/expectation.py": "nouns without behaviour",
    "model/catalogue.py": "nouns without behaviour",
    "model/delivery.py": "nouns without behaviour: whatever uses them tests them",
    "model/report.py": "nouns without behaviour",
    "model/inquiries.py": "nouns without behaviour",
    "model/security.py": "nouns without behaviour",
    "model/walk.py": "nouns without behaviour",
    "model/services.py": "nouns without behaviour",
    "model/trials.py": "nouns without behaviour",
    "model/listening.py": "nouns without behaviour",
    "model/policies.py": "nouns without behaviour",
    "model/network.py": "a protocol and nouns: its two fillings have tests",
    "lab/faults.py": "data: what each fault does is tested with the server that plays it",
    "lab/scenario.py": "nouns without behaviour",
    "measure/frame.py": "nouns without behaviour",
    "model/version.py": "one constant; tests/test_main.py prints it",
}
"""Modules that need no test file of their own, each with the reason."""

NO_TWINS_IN = {
    "lab/scenarios": "data, one theme a file: tests/lab/test_scenario_data.py reads all of it",
}
"""Directories whose modules need none."""

CHECKS = sorted(module.name for module in iter_modules(probe.judge.checks.__path__))
FORMATS = sorted(name for _, name, _ in iter_modules(probe.report.__path__) if not name.startswith("_"))
PROOFS = sorted(module.name for module in iter_modules(probe.measure.delivery.__path__))

SERVERS = sorted(module.name for module in iter_modules(probe.measure.configuration.servers.__path__))


def tree(module: Path) -> ast.Module:
    return ast.parse((ROOM / module).read_text(encoding="utf-8"))


def is_prose(module: Path) -> bool:
    """True when there is nothing in it but a docstring."""
    return all(isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant) for item in tree(module).body)


def twins(module: Path) -> list[Path]:
    """Where the tests of ``module`` may stand: beside its mirror image, or for a package inside it."""
    if module.name == "__init__.py":
        package = module.parent
        return [TESTS / package.parent / f"test_{package.name}.py", TESTS / package / f"test_{package.name}.py"]
    return [TESTS / module.parent / f"test_{module.stem.strip('_')}.py"]


@pytest.mark.parametrize("module", [str(module) for module in MODULES])
def test_every_module_has_its_twin(module: str) -> None:
    path = Path(module)
    if str(path.parent) in NO_TWINS_IN:
        return
    if module in NO_TWIN:
        assert not any(twin.exists() for twin in twins(path)), f"{module} has a twin now: strike it from NO_TWIN"
        return
    if path.name == "__init__.py" and is_prose(path):
        return
    wanted = " or ".join(str(twin.relative_to(ROOT)) for twin in twins(path))
    assert any(twin.exists() for twin in twins(path)), f"no test file for probe/{module}: {wanted}"


def test_exemptions_name_modules_that_exist() -> None:
    assert {str(module) for module in MODULES} >= set(NO_TWIN)
    assert {str(module.parent) for module in MODULES} >= set(NO_TWINS_IN)
    assert all((NO_TWIN | NO_TWINS_IN).values())


def test_every_directory_of_tests_is_a_package() -> None:
    folders = {path.parent for path in TESTS.rglob("test_*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("module", [str(module) for module in MODULES])
def test_every_module_says_what_it_is_and_stays_small(module: str) -> None:
    text = (ROOM / module).read_text(encoding="utf-8")
    assert ast.get_docstring(tree(Path(module))), f"probe/{module} has no docstring"
    assert len(text.splitlines()) < LONGEST, f"probe/{module} is too long: look for the missing room"


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        match node:
            case ast.Import(names=names):
                yield from (item.name for item in names)
            case ast.ImportFrom(module=str(name)):
                yield name


def test_the_package_imports_nothing() -> None:
    assert list(imported(Path("__init__.py"))) == []
    assert is_prose(Path("__init__.py"))


def taken_from(module: Path, room: str) -> Iterator[str]:
    """What ``module`` takes out of the package ``room`` itself: names that are not modules in it."""
    place = ROOT.joinpath(*room.split("."))
    for node in ast.walk(tree(module)):
        match node:
            case ast.Import(names=names):
                yield from (item.name for item in names if item.name == room)
            case ast.ImportFrom(module=name, names=names) if name == room:
                yield from (
                    item.name
                    for item in names
                    if not (place / f"{item.name}.py").exists() and not (place / item.name / "__init__.py").exists()
                )


@pytest.mark.parametrize("module", [str(module) for module in MODULES])
def test_no_module_takes_from_the_package_it_lives_in(module: str) -> None:
    path = Path(module)
    own = ("probe", *path.parent.parts)
    rooms = [".".join(own[:depth]) for depth in range(1, len(own) + 1)]
    found = [f"{room}: {name}" for room in rooms for name in taken_from(path, room)]
    assert found == [], f"probe/{module} imports its own room, the usual cause of cycles: import the sibling module"


def test_there_is_something_of_every_kind() -> None:
    assert len(CHECKS) > 5
    assert {"text", "json"} <= set(FORMATS)
    assert {"maildir", "mbox", "imap", "imaps", "listen", "log", "journal"} <= set(PROOFS)


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_offers_check_and_a_manual(name: str) -> None:
    module = import_module(f"probe.judge.checks.{name}")
    names = [item.lstrip("_") for item in inspect.signature(module.check).parameters]  # _options: not needed here
    assert names == ["measurement", "options"]
    page = manual.parse(name, module.__doc__ or "")
    assert page.check == name
    assert page.title
    assert page.why
    assert page.fix
    assert page.see
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code) and meaning for code, meaning in page.codes)


def test_a_code_belongs_to_one_check() -> None:
    docs = {name: import_module(f"probe.judge.checks.{name}").__doc__ or "" for name in CHECKS}
    codes = [code for name, doc in docs.items() for code, _ in manual.parse(name, doc).codes]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_offers_render(name: str) -> None:
    render = import_module(f"probe.report.{name}").render
    first, *others = inspect.signature(render).parameters.values()
    assert first.name == "reports"
    assert all(item.kind is item.KEYWORD_ONLY and item.default is not item.empty for item in others)
    assert "redact" in {item.name for item in others}
    assert isinstance(render([]), str)


@pytest.mark.parametrize("name", PROOFS)
def test_a_proof_offers_watch(name: str) -> None:
    watch = import_module(f"probe.measure.delivery.{name}").watch
    spec, means = inspect.signature(watch).parameters.values()
    assert (spec.name, means.name.lstrip("_"), means.default) == ("spec", "means", None)  # _means: not needed here
    assert hasattr(watch("x"), "__aenter__")


@pytest.mark.parametrize("name", SERVERS)
def test_a_mail_server_offers_read_and_has_a_word(name: str) -> None:
    read = import_module(f"probe.measure.configuration.servers.{name}").read
    assert inspect.iscoroutinefunction(read)
    assert list(inspect.signature(read).parameters) == ["place", "stdin"]
    assert Mta(name) == name


HERE_ONLY = re.compile(
    "|".join(
        (
            "/work" + r"/(?:main|shared|\.)",  # where this was written
            "/root" + r"/\w",
            "/Users" + r"/\w",
            r"(?:--|extra-)index" + "-url",  # a lock file that carries an address works in one house only
        )
    )
)
SKIPPED = {"build", "dist"}


def committed() -> Iterator[Path]:
    for path in ROOT.iterdir():
        if (
            path.name in SKIPPED
            or path.name.endswith(".egg-info")
            or (path.name.startswith(".") and path.name != ".ci")
        ):
            continue
        yield from (path.rglob("*") if path.is_dir() else [path])


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    found = []
    for path in committed():
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in HERE_ONLY.finditer(text)]
    assert found == []
