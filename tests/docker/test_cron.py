"""Rounds: the shell program with a probe6 of our own, the units by systemd's own reader, the manifest by a schema."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.docker.engine import ROOT

CRON = ROOT / "docker" / "cron"
_FAKE = """#!/bin/sh
# A stand-in for probe6: leaves what it was asked for, and says what it was called with.
echo "$@" >>"$CALLS"
while [ $# -gt 0 ]; do
    case $1 in --save | -o) printf 'made\\n' >"$2"; shift ;; esac
    shift
done
[ -z "${SLOW-}" ] || { echo slow >>"$CALLS"; exec sleep 3600; }
exit 2
"""

# Of the API reference of CronJob (batch/v1): the fields this manifest uses and no others, so that a slip is seen.
_CONTAINER = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "image", "args", "securityContext"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},
        "image": {"type": "string", "minLength": 1},
        "args": {"type": "array", "items": {"type": "string"}},
        "resources": {
            "type": "object",
            "additionalProperties": False,
            "properties": {kind: {"type": "object"} for kind in ("requests", "limits")},
        },
        "securityContext": {
            "type": "object",
            "additionalProperties": False,
            "required": ["allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities"],
            "properties": {
                "allowPrivilegeEscalation": {"const": False},
                "readOnlyRootFilesystem": {"const": True},
                "capabilities": {"const": {"drop": ["ALL"]}},
            },
        },
    },
}
_POD = {
    "type": "object",
    "additionalProperties": False,
    "required": ["restartPolicy", "containers", "securityContext"],
    "properties": {
        "restartPolicy": {"enum": ["Never", "OnFailure"]},  # a job may not have Always
        "hostNetwork": {"type": "boolean"},
        "dnsPolicy": {"enum": ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]},
        "automountServiceAccountToken": {"type": "boolean"},
        "securityContext": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "runAsNonRoot": {"const": True},
                "runAsUser": {"type": "integer", "minimum": 1},
                "seccompProfile": {"const": {"type": "RuntimeDefault"}},
            },
        },
        "containers": {"type": "array", "minItems": 1, "items": _CONTAINER},
    },
}
_METADATA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"name": {"type": "string"}, "labels": {"type": "object"}},
}
_JOB = {
    "type": "object",
    "additionalProperties": False,
    "required": ["template"],
    "properties": {
        "backoffLimit": {"type": "integer", "minimum": 0},
        "activeDeadlineSeconds": {"type": "integer", "minimum": 1},
        "template": {
            "type": "object",
            "additionalProperties": False,
            "required": ["spec"],
            "properties": {"metadata": _METADATA, "spec": _POD},
        },
    },
}
CRONJOB = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"const": "batch/v1"},
        "kind": {"const": "CronJob"},
        "metadata": {**_METADATA, "required": ["name"]},
        "spec": {
            "type": "object",
            "additionalProperties": False,
            "required": ["schedule", "jobTemplate"],
            "properties": {
                "schedule": {"type": "string", "pattern": r"^([0-9*/,-]+ ){4}[0-9*/,-]+$"},
                "concurrencyPolicy": {"enum": ["Allow", "Forbid", "Replace"]},
                "startingDeadlineSeconds": {"type": "integer", "minimum": 10},
                "successfulJobsHistoryLimit": {"type": "integer", "minimum": 0},
                "failedJobsHistoryLimit": {"type": "integer", "minimum": 0},
                "jobTemplate": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["spec"],
                    "properties": {"metadata": _METADATA, "spec": _JOB},
                },
            },
        },
    },
}


def started(place: Path, *words: str, **more: str) -> subprocess.Popen[str]:
    program = place / "probe6"
    program.write_text(_FAKE, encoding="utf-8")
    program.chmod(0o755)
    (place / "out").mkdir()
    calls = place / "calls"
    calls.touch()
    environment = {"PATH": f"{place}:{os.environ['PATH']}", "OUT": str(place / "out"), "CALLS": str(calls), **more}
    return subprocess.Popen([str(CRON / "rounds"), *words], env=environment, stderr=subprocess.PIPE, text=True)


def until(path: Path, text: str) -> None:
    give_up = time.monotonic() + 120
    while text not in (path.read_text(encoding="utf-8") if path.exists() else ""):
        assert time.monotonic() < give_up, f"{text} never stood in {path}"
        time.sleep(0.02)


def test_a_round_leaves_both_files_and_waits(tmp_path: Path) -> None:
    running = started(tmp_path, "example.com", "-6", EVERY="3600")
    until(tmp_path / "calls", "probe6.json")
    running.send_signal(signal.SIGTERM)
    said = running.communicate(timeout=120)[1]
    assert running.returncode == 0
    assert "ended as asked" in said
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} >= {"probe6.prom", "probe6.json", "measurement.json"}
    first = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"check example.com -6 --quiet --save {out}/new.json"


def test_rounds_go_on_after_one_that_found_fault(tmp_path: Path) -> None:
    running = started(tmp_path, "example.com", EVERY="1")
    give_up = time.monotonic() + 120
    calls = tmp_path / "calls"
    while calls.read_text(encoding="utf-8").count("check example.com") < 2:
        assert time.monotonic() < give_up
        time.sleep(0.02)
    running.terminate()
    running.communicate(timeout=120)
    assert running.returncode == 0


def test_sigterm_in_the_middle_of_a_round_ends_the_probe_too(tmp_path: Path) -> None:
    running = started(tmp_path, "example.com", EVERY="3600", SLOW="1")
    until(tmp_path / "calls", "slow")
    running.send_signal(signal.SIGTERM)
    # The stand-in would hold the pipe for an hour; that it closes shows that the probe has ended too.
    running.communicate(timeout=120)
    assert running.returncode == 0


@pytest.mark.parametrize(
    ("words", "every", "said"), [((), "60", "name what"), (("example.com",), "1h", "EVERY is seconds")]
)
def test_wrong_usage_is_one_line(tmp_path: Path, words: tuple[str, ...], every: str, said: str) -> None:
    running = started(tmp_path, *words, EVERY=every)
    error = running.communicate(timeout=120)[1]
    assert running.returncode == 3
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.real
def test_the_units_please_systemd() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is missing: apt-get install systemd")
    units = [str(CRON / "probe6.service"), str(CRON / "probe6.timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], check=False, capture_output=True, text=True
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "probe6" in line]) == (0, [])


def test_the_unit_locks_its_container_as_the_image_is_meant_to_be() -> None:
    text = (CRON / "probe6.service").read_text(encoding="utf-8").replace("\\\n", "")
    (started,) = (line.split() for line in text.splitlines() if line.startswith("ExecStart="))
    container, _, command = " ".join(started).partition(" probe6 check ")
    assert {"--rm", "--read-only", "--cap-drop=ALL", "--network=host", "--security-opt=no-new-privileges"} <= {
        *container.split()
    }
    assert command == "$PROBE6 --quiet -o /var/lib/probe6/probe6.prom"


def manifest() -> dict[str, object]:
    read: dict[str, object] = yaml.safe_load((CRON / "cronjob.yaml").read_text(encoding="utf-8"))
    return read


def test_the_manifest_is_a_cronjob() -> None:
    jsonschema.validate(manifest(), CRONJOB)


def test_a_slip_in_the_manifest_would_be_seen() -> None:
    wrong = manifest()
    wrong["spec"]["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] = "Always"  # type: ignore[index]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, CRONJOB)
