"""What CloudWatch counted, and what is made of it."""

from datetime import UTC, datetime, timedelta

import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.metrics import History
from lambda_dest_cli.checks import CHECKS, run, run_over_all
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, LdsError
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.past import Counted, Metric, Past, Window
from tests.support import StubbedSession
from tests.unit.checks.scene import DLQ, DONE, FAILED, subject, told

END = datetime(2026, 11, 23, 12, tzinfo=UTC)
LAST = END - timedelta(minutes=40)
HISTORY = [name for name in CHECKS if name.startswith("LDS5")]
BUSY = {Metric.RECEIVED: 120.0, Metric.INVOCATIONS: 121.0, Metric.AGE: 900.0}


class Counts(History):
    """A history as it would be read."""

    def __init__(self, counts: dict[Metric, float], error: LdsError | None = None) -> None:
        super().__init__(StubbedSession(), [], Window(END - timedelta(days=1), END))
        self._counts = counts
        self._error = error

    def of(self, function: str) -> Past:
        if self._error:
            raise self._error
        return {metric: Counted(value, LAST) for metric, value in self._counts.items()}


def aws(counts: dict[Metric, float], error: LdsError | None = None) -> Aws:
    made = Aws(StubbedSession(), lambda _: None)
    made.history = Counts(counts, error)
    return made


def found(what: Subject, counts: dict[Metric, float]) -> tuple[Finding, ...]:
    return run([what], aws(counts), HISTORY)


def test_a_function_whose_events_all_ended_well_has_no_history_to_tell() -> None:
    assert found(subject(on_failure=FAILED), BUSY) == ()


@pytest.mark.parametrize(
    ("metric", "check_id", "state", "said"),
    [
        (Metric.UNDELIVERED, "LDS501", State.FAIL, "4 records were lost in the last 24 h, last about 2026-11-23 11:20"),
        (Metric.DEAD_LETTER_ERRORS, "LDS502", State.FAIL, "4 events could not be sent to the dead-letter queue in the"),
        (Metric.THROTTLES, "LDS505", State.WARN, "4 attempts were throttled in the last 24 h"),
        (Metric.LOOPS, "LDS506", State.FAIL, "Lambda stopped 4 events in the last 24 h"),
    ],
)
def test_what_should_not_have_happened_is_told_with_its_number_and_the_last_time(
    metric: Metric, check_id: str, state: State, said: str
) -> None:
    [finding] = found(subject(on_failure=FAILED), {**BUSY, metric: 4.0})
    assert (finding.id, finding.state) == (check_id, state)
    assert said in finding.message
    assert finding.evidence == {"metric": str(metric), "value": 4.0, "last": LAST.isoformat()}
    assert finding.hint


def test_one_record_is_one() -> None:
    [finding] = found(subject(on_failure=FAILED), {**BUSY, Metric.UNDELIVERED: 1.0})
    assert finding.message.startswith("1 record was lost ")


def test_dropped_events_are_lost_only_where_no_qualifier_has_a_failure_path() -> None:
    dropped = {**BUSY, Metric.DROPPED: 3.0}
    [finding] = found(subject(on_success=DONE), dropped)
    assert told([finding]) == [("fail", None)]
    assert "3 events failed in the last 24 h and went nowhere" in finding.message
    assert finding.hint == "lds configure orders --on-failure sqs:orders-failed"
    assert found(subject(qualifier="live", on_failure=FAILED), dropped) == ()
    assert found(subject(dead_letter=DLQ), dropped) == ()


@pytest.mark.parametrize(
    ("limit", "age_seconds", "warned"), [(3_600, 2_880, True), (3_600, 2_879, False), (21_600, 17_280, True)]
)
def test_an_age_of_four_fifths_of_the_maximum_is_near_it(limit: int, age_seconds: int, warned: bool) -> None:
    what = subject(EventInvokeConfig(None, FAILED, 2, limit))
    findings = found(what, {**BUSY, Metric.AGE: age_seconds * 1_000.0})
    assert told(findings) == ([("warn", None)] if warned else [])
    for finding in findings:
        assert f"events waited up to {age_seconds} s" in finding.message
        assert finding.evidence["maximum_event_age_in_seconds"] == limit
        assert ("lds configure orders --max-age 6h" in finding.hint) == (limit < 21_600)


def test_throttling_of_a_function_that_is_only_called_synchronously_keeps_no_event_waiting() -> None:
    assert found(subject(on_failure=FAILED), {Metric.INVOCATIONS: 9.0, Metric.THROTTLES: 4.0}) == ()


def test_history_is_told_once_a_function_and_not_once_a_qualifier() -> None:
    subjects = [subject(qualifier=each, on_failure=FAILED) for each in ("beta", "live")]
    findings = run(subjects, aws({**BUSY, Metric.UNDELIVERED: 4.0}), HISTORY)
    assert [(each.id, each.qualifier) for each in findings] == [("LDS501", "beta")]


def test_ahead_of_a_write_nobody_looks_back() -> None:
    assert run([subject(on_failure=FAILED)], Aws(StubbedSession(), lambda _: None), HISTORY) == ()
    assert not any(CHECKS[check_id].ahead for check_id in HISTORY)


def over_all(*subjects: Subject, of: Aws) -> dict[str, Finding]:
    findings = run_over_all(subjects, of, ignore=["LDS901", "LDS902", "LDS903"])
    assert len(findings) == len({(each.id, each.state) for each in findings})
    return {f"{each.id} {each.state}": each for each in findings}


def test_events_that_came_are_counted_once_for_all() -> None:
    [(name, finding)] = over_all(subject(on_failure=FAILED), of=aws(BUSY)).items()
    assert name == "LDS409 pass"
    assert finding.message == "120 asynchronous events came in the last 24 h to 1 function"
    assert finding.function == ""


@pytest.mark.parametrize(
    ("counts", "also"), [({}, ""), ({Metric.INVOCATIONS: 9.0}, "; orders ran synchronously only, which no destination")]
)
def test_silence_is_no_health_and_no_alarm(counts: dict[Metric, float], also: str) -> None:
    [(name, finding)] = over_all(subject(on_failure=FAILED), of=aws(counts)).items()
    assert name == "LDS409 skip"
    assert "no asynchronous event came in the last 24 h to orders: the metrics say nothing" in finding.message
    assert also in finding.message
    assert finding.hint.startswith("lds doctor --since 14d")


def test_metrics_that_may_not_be_read_are_said_once_and_by_nobody_else() -> None:
    refused = AccessDenied("you may not call cloudwatch:GetMetricData", "ask for it")
    findings = over_all(subject(on_failure=FAILED), of=aws({}, refused))
    assert list(findings) == ["LDS500 skip"]
    assert "you may not call cloudwatch:GetMetricData" in findings["LDS500 skip"].message
    assert run([subject(on_failure=FAILED)], aws({}, refused), HISTORY) == ()


def test_credentials_that_end_while_the_past_is_read_end_the_run() -> None:
    ended = CredentialsProblem("the credentials have expired")
    with pytest.raises(CredentialsProblem):
        run([subject(on_failure=FAILED)], aws({}, ended), HISTORY)
    with pytest.raises(CredentialsProblem):
        over_all(subject(on_failure=FAILED), of=aws({}, ended))


def test_without_functions_there_is_no_history() -> None:
    assert over_all(of=aws({})) == {}
