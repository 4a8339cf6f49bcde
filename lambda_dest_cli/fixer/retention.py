"""How long a failure queue keeps its messages: as long as SQS can."""

from collections.abc import Iterator, Sequence

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.queues import set_retention
from lambda_dest_cli.checks.retention import LONGEST_SECONDS
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.executor import Patience
from lambda_dest_cli.fixer.remedy import Remedy
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.fix import Fix, FixKind


def _plan(_subjects: Sequence[Subject], findings: Sequence[Finding], _aws: Aws) -> Iterator[Fix]:
    concerned: dict[str, dict[str, None]] = {}
    kept: dict[str, str] = {}
    for finding in findings:
        if (finding.id, finding.state) == ("LDS203", State.WARN):
            concerned.setdefault(finding.target, {})[finding.function] = None
            kept[finding.target] = str(finding.evidence["message_retention_period"])
    for target, functions in concerned.items():
        yield Fix(
            FixKind.RETENTION, Arn.parse(target), "MessageRetentionPeriod, in seconds", kept[target],
            str(LONGEST_SECONDS), (str(LONGEST_SECONDS),), (kept[target],), tuple(functions),
        )  # fmt: skip


def _apply(fix: Fix, _subjects: Sequence[Subject], aws: Aws, _patience: Patience) -> None:
    set_retention(aws.session, aws.targets.queue_url(fix.target), fix.target, LONGEST_SECONDS)


REMEDY = Remedy(_plan, _apply)
