"""CloudWatch's counts, read for many functions at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lambda_dest_cli.aws.metrics import History
from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, Unreachable
from lambda_dest_cli.model.past import Counted, Metric, Window
from tests.support import StubbedSession

END = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = Window(END - timedelta(days=1), END)
METRICS = len(Metric)


def result(number: int, *points: tuple[datetime, float], status: str = "Complete") -> dict[str, Any]:
    """One of GetMetricData's results, the latest first as CloudWatch gives them."""
    return {
        "Id": f"q{number}",
        "Label": "Lambda",
        "Timestamps": [when for when, _ in points],
        "Values": [value for _, value in points],
        "StatusCode": status,
    }


class Watched(StubbedSession):
    """A session that keeps the requests of GetMetricData."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[dict[str, Any]] = []
        client = self.client("cloudwatch")
        client.meta.events.register_first(
            "before-parameter-build.cloudwatch.GetMetricData",
            lambda params, **_: self.requests.append(dict(params)),
        )

    def counts(self, *results: dict[str, Any], **more: Any) -> None:
        self.answers("cloudwatch", "get_metric_data", {"MetricDataResults": list(results), **more})


def at(metric: Metric, function: int = 0) -> int:
    """Where a query stands in its call."""
    return function * METRICS + list(Metric).index(metric)


def test_what_was_counted_is_summed_up_and_the_last_time_told() -> None:
    session = Watched()
    early, late = END - timedelta(hours=5), END - timedelta(minutes=10)
    session.counts(result(at(Metric.UNDELIVERED), (late, 1.0), (early, 3.0)))
    assert History(session, ["orders"], DAY).of("orders") == {Metric.UNDELIVERED: Counted(4.0, late)}


def test_of_an_age_the_highest_counts_and_it_is_asked_for_as_a_maximum() -> None:
    session = Watched()
    early, late = END - timedelta(hours=5), END - timedelta(minutes=10)
    session.counts(result(at(Metric.AGE), (late, 200.0), (early, 9_000.0)))
    assert History(session, ["orders"], DAY).of("orders") == {Metric.AGE: Counted(9_000.0, late)}
    stats = {each["MetricStat"]["Metric"]["MetricName"]: each["MetricStat"]["Stat"] for each in queries(session)}
    assert stats.pop("AsyncEventAge") == "Maximum"
    assert set(stats.values()) == {"Sum"}


def queries(session: Watched) -> list[dict[str, Any]]:
    return [query for request in session.requests for query in request["MetricDataQueries"]]


def test_zeros_are_as_silent_as_nothing_at_all() -> None:
    session = Watched()
    session.counts(result(at(Metric.DROPPED), (END - timedelta(hours=1), 0.0)), result(at(Metric.RECEIVED)))
    assert History(session, ["orders"], DAY).of("orders") == {}


def test_five_hundred_queries_a_call_and_one_call_for_everything_a_function_has() -> None:
    session = Watched()
    functions = [f"f{number}" for number in range(130)]
    for _ in range(3):
        session.counts()
    history = History(session, [*functions, "f0"], DAY)
    assert history.of("f0") == history.of("f129") == {}
    sizes = sorted(len(request["MetricDataQueries"]) for request in session.requests)
    assert sizes == [130 * METRICS - 1_000, 500, 500]
    named = [
        (query["MetricStat"]["Metric"]["Dimensions"][0]["Value"], query["MetricStat"]["Metric"]["MetricName"])
        for query in queries(session)
    ]
    assert len(named) == len(set(named)) == 130 * METRICS
    session.assert_everything_was_asked()


def test_a_query_of_a_later_call_belongs_to_its_own_function() -> None:
    session = Watched()
    when = END - timedelta(minutes=10)
    first_of_63rd = 500 % METRICS
    session.counts(result(0, (when, 1.0)))
    session.counts(result(0, (when, 1.0)))
    history = History(session, [f"f{number}" for number in range(70)], DAY)
    assert history.of("f0") == {next(iter(Metric)): Counted(1.0, when)}
    assert history.of(f"f{500 // METRICS}") == {list(Metric)[first_of_63rd]: Counted(1.0, when)}


def test_an_answer_in_pages_is_read_to_its_end() -> None:
    session = Watched()
    early, late = END - timedelta(hours=5), END - timedelta(minutes=10)
    session.counts(result(at(Metric.DROPPED), (late, 1.0), status="PartialData"), NextToken="more")
    session.counts(result(at(Metric.DROPPED), (early, 2.0)))
    assert History(session, ["orders"], DAY).of("orders") == {Metric.DROPPED: Counted(3.0, late)}


@pytest.mark.parametrize(
    ("back", "period"),
    [
        (timedelta(minutes=5), 60),
        (timedelta(hours=1), 60),
        (timedelta(days=1), 600),
        (timedelta(days=15), 9_000),
        (timedelta(days=20), 12_000),
        (timedelta(days=90), 54_000),
    ],
)
def test_the_grain_is_one_that_cloudwatch_still_keeps(back: timedelta, period: int) -> None:
    session = Watched()
    session.counts()
    History(session, ["orders"], Window(END - back, END)).of("orders")
    assert {query["MetricStat"]["Period"] for query in queries(session)} == {period}
    [request] = session.requests
    assert (request["StartTime"], request["EndTime"]) == (END - back, END)


def test_whatever_keeps_it_from_being_read_is_asked_once_and_raised_each_time() -> None:
    session = StubbedSession()
    session.refuses("cloudwatch", "get_metric_data", "AccessDenied", status=403)
    history = History(session, ["orders"], DAY)
    for _ in range(2):
        with pytest.raises(AccessDenied, match="cloudwatch:GetMetricData"):
            history.of("orders")


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_a_metric_that_cloudwatch_could_not_give_is_not_taken_for_silence(status: str) -> None:
    session = Watched()
    session.counts(result(at(Metric.DROPPED), status=status))
    with pytest.raises(Unreachable, match=status):
        History(session, ["orders"], DAY).of("orders")


def test_credentials_that_end_are_raised() -> None:
    session = StubbedSession()
    session.refuses("cloudwatch", "get_metric_data", "ExpiredToken", status=403)
    with pytest.raises(CredentialsProblem):
        History(session, ["orders"], DAY).of("orders")


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(hours=24), "in the last 24 h"),
        (timedelta(days=2), "in the last 2 days"),
        (timedelta(minutes=15), "in the last 15 min"),
        (timedelta(minutes=90), "in the last 90 min"),
        (timedelta(seconds=100), "since 2026-11-23 11:58 UTC"),
    ],
)
def test_the_words_for_a_window(back: timedelta, words: str) -> None:
    assert Window(END - back, END).words == words
