"""What a function tells of itself: figures as CloudWatch reads them, and never a secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from ecot.edge.telling import count_nothing, discreet, emf

SECRET = "sk-admin-canary-0123456789"


@pytest.fixture
def handler() -> Iterator[logging.StreamHandler[io.StringIO]]:
    """Lambda's: on the root, at INFO."""
    root, handler = logging.getLogger(), logging.StreamHandler(io.StringIO())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_figure_is_a_line_of_the_embedded_format() -> None:
    out = io.StringIO()
    count = emf("ecot-dev", out, lambda: 1_795_312_800.5)
    count("HoursSincePublished", 3.25)
    count("Errors", 1)
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first == {
        "_aws": {
            "Timestamp": 1_795_312_800_500,
            "CloudWatchMetrics": [
                {
                    "Namespace": "Ecot",
                    "Dimensions": [["Stack"]],
                    "Metrics": [{"Name": "HoursSincePublished", "Unit": "None"}],
                }
            ],
        },
        "Stack": "ecot-dev",
        "HoursSincePublished": 3.25,
    }
    assert second["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [
        {"Name": "Errors", "Unit": "Count"}
    ]


def test_figures_go_to_stdout_as_it_then_is(capsys: pytest.CaptureFixture[str]) -> None:
    emf("ecot")("Errors", 2)
    count_nothing("Errors", 2)
    assert json.loads(capsys.readouterr().out)["Errors"] == 2


def test_no_line_has_a_secret(handler: logging.StreamHandler[io.StringIO]) -> None:
    log = logging.getLogger("ecot.somewhere")
    with discreet([SECRET, "", f"{SECRET}-longer"]):
        log.info("key %s", SECRET, extra={"header": f"Bearer {SECRET}-longer"})
        try:
            raise ValueError(SECRET)
        except ValueError:
            log.exception("odd")
    said = handler.stream.getvalue()
    assert SECRET not in said
    assert "key [secret]" in said
    assert "ValueError: [secret]" in said
    log.info("%s", "afterwards")
    assert "afterwards" in handler.stream.getvalue()


def test_what_libraries_tell_of_connections_stays_out(
    handler: logging.StreamHandler[io.StringIO],
) -> None:
    with discreet([]):
        logging.getLogger("httpx").info("GET https://api.example/?key=1")
        logging.getLogger("botocore").warning("slow")
    assert handler.stream.getvalue() == "slow\n"


def test_every_record_names_its_run(caplog: pytest.LogCaptureFixture) -> None:
    with discreet([], "20261108T060000Z-daily"):
        logging.getLogger("ecot.jobs.collect").warning("slow")
        logging.getLogger("ecot.jobs.collect").warning("slow", extra={"run": "another"})
    runs = [vars(one)["run"] for one in caplog.records]
    assert runs == ["20261108T060000Z-daily", "another"]


def test_extra_is_there_for_the_runtime_to_write(caplog: pytest.LogCaptureFixture) -> None:
    with discreet([SECRET]), caplog.at_level(logging.INFO, logger="ecot"):
        logging.getLogger("ecot").info("collected", extra={"run": "r1", "said": f"no {SECRET}"})
    assert vars(caplog.records[-1])["run"] == "r1"
    assert vars(caplog.records[-1])["said"] == "no [secret]"
