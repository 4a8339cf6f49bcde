"""CloudWatch's counts of what became of asynchronous events, of many functions at once."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import CredentialsProblem, LdsError, Unreachable
from lambda_dest_cli.model.past import Counted, Metric, Past, Window

if TYPE_CHECKING:
    from types_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricDataResultTypeDef

_QUERIES_PER_CALL = 500
_POINTS = 144
"""How finely a window is read: ten minutes of a day. 500 queries of it stay below the 100,800 values of one answer."""
# CloudWatch keeps minutes for 15 days and five minutes for 63, and gives nothing finer (API Reference, GetMetricData).
_GRAINS = ((timedelta(days=15), 60), (timedelta(days=63), 300))
_COARSEST = 3_600
_REFUSALS = frozenset({"InternalError", "Forbidden"})


class _Query(NamedTuple):
    function: str
    metric: Metric


class History:
    """The metrics of some functions in a window: read when first asked for, all of them in as few calls as can be."""

    def __init__(self, session: AwsSession, functions: Iterable[str], window: Window) -> None:
        self._session = session
        self._functions = tuple(dict.fromkeys(functions))
        self.window = window
        self._lock = Lock()
        self._found: dict[str, dict[Metric, Counted]] | LdsError | None = None

    def of(self, function: str) -> Past:
        """Give a function's metrics; raises whatever kept CloudWatch from being read, each time anew."""
        with self._lock:
            if self._found is None:
                self._found = self._read()
        if isinstance(self._found, LdsError):
            raise self._found
        return self._found.get(function, {})

    def _read(self) -> dict[str, dict[Metric, Counted]] | LdsError:
        queries = [_Query(*pair) for pair in product(self._functions, Metric)]
        batches = [queries[start : start + _QUERIES_PER_CALL] for start in range(0, len(queries), _QUERIES_PER_CALL)]
        found: dict[str, dict[Metric, Counted]] = {}
        try:
            for query, counted in (pair for answers in each(self._ask, batches) for pair in answers):
                found.setdefault(query.function, {})[query.metric] = counted
        except CredentialsProblem:
            raise
        except LdsError as problem:
            return problem
        return found

    def _ask(self, queries: Sequence[_Query]) -> list[tuple[_Query, Counted]]:
        period = _period(self.window)
        asked: list[MetricDataQueryTypeDef] = [
            _query(f"q{number}", query, period) for number, query in enumerate(queries)
        ]
        points: dict[str, list[tuple[datetime, float]]] = {}
        with calling("cloudwatch:GetMetricData", self._session.region):
            pages = (
                self._session.client("cloudwatch")
                .get_paginator("get_metric_data")
                .paginate(MetricDataQueries=asked, StartTime=self.window.start, EndTime=self.window.end)
            )
            for result in (result for page in pages for result in page["MetricDataResults"]):
                points.setdefault(result["Id"], []).extend(_points(result))
        counts = ((query, _counted(query.metric, points.get(f"q{number}", []))) for number, query in enumerate(queries))
        return [(query, counted) for query, counted in counts if counted]


def _query(name: str, query: _Query, period: int) -> "MetricDataQueryTypeDef":
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Lambda",
                "MetricName": str(query.metric),
                "Dimensions": [{"Name": "FunctionName", "Value": query.function}],
            },
            "Period": period,
            "Stat": "Maximum" if query.metric is Metric.AGE else "Sum",
        },
    }


def _points(result: "MetricDataResultTypeDef") -> Iterable[tuple[datetime, float]]:
    if result.get("StatusCode") in _REFUSALS:
        raise Unreachable(f"CloudWatch answers {result['StatusCode']} for some metrics", "run it again in a minute")
    return zip(result.get("Timestamps", []), result.get("Values", []), strict=False)


def _counted(metric: Metric, points: Sequence[tuple[datetime, float]]) -> Counted | None:
    """Sum up, or take the highest; None where nothing was counted, or zero only."""
    telling = [(when, value) for when, value in points if value > 0]
    if not telling:
        return None
    values = [value for _, value in telling]
    last = max(when for when, _ in telling)
    return Counted(max(values) if metric is Metric.AGE else sum(values), last.astimezone(UTC))


def _period(window: Window) -> int:
    """Give the seconds of one value: a multiple of what CloudWatch still keeps of the window's beginning."""
    age = window.end - window.start
    grain = next((seconds for kept, seconds in _GRAINS if age <= kept), _COARSEST)
    return max(1, -(-window.seconds // (_POINTS * grain))) * grain
