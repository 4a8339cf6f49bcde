"""Lambda's asynchronous metrics: Developer Guide, "Types of metrics for Lambda functions"."""

from collections import defaultdict

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.invocation import FunctionKey

_UNITS = {"AsyncEventAge": "Milliseconds"}
_BATCH = 100


class Metrics:
    """Counts until somebody flushes; nothing is sent for what never happened, as on AWS."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._found: dict[tuple[str, FunctionKey], list[float]] = defaultdict(list)

    def add(self, name: str, function: FunctionKey, value: float = 1.0) -> None:
        """Add one value of a metric: of the region, of FunctionName, and of FunctionName and Resource."""
        self._found[name, function].append(value)

    async def flush(self) -> None:
        """Send what was counted since the last time to CloudWatch."""
        found, self._found = self._found, defaultdict(list)
        homes: dict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
        for (name, function), values in found.items():
            homes[function.account, function.region] += _data(name, function, values)
        for (account, region), data in homes.items():
            for start in range(0, len(data), _BATCH):
                params = {"Namespace": "AWS/Lambda", "MetricData": data[start : start + _BATCH]}
                try:
                    await self._backend.call("cloudwatch", "PutMetricData", params, account=account, region=region)
                except ApiFault:
                    continue  # metrics are told as well as can be; an event never waits for them


def _data(name: str, function: FunctionKey, values: list[float]) -> list[dict[str, object]]:
    of_the_region: list[dict[str, str]] = []
    by_function = [{"Name": "FunctionName", "Value": function.name}]
    by_resource = [*by_function, {"Name": "Resource", "Value": f"{function.name}:{function.qualifier}"}]
    statistics = {
        "SampleCount": float(len(values)), "Sum": sum(values), "Minimum": min(values), "Maximum": max(values)
    }  # fmt: skip
    return [
        {"MetricName": name, "Dimensions": dimensions, "StatisticValues": statistics, "Unit": _UNITS.get(name, "Count")}
        for dimensions in (by_function, by_resource, of_the_region)
    ]
