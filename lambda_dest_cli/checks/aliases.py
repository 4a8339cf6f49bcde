"""LDS402: the configuration sits on $LATEST while callers may use an alias."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import LATEST


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    if subject.qualifier != LATEST or not subject.configured:
        return
    if subject.aliases_why:
        yield report.skipped(f"whether callers use an alias without a configuration: {subject.aliases_why}")
        return
    bare = sorted(alias for alias in subject.state.aliases if alias not in subject.state.configurations)
    if bare:
        yield report.warning(
            f"the configuration is on $LATEST; calls through {_listed(bare)} do not use it, nor any other",
            "\n".join(cure.configured_like(subject, alias) for alias in bare),
            {"aliases": bare},
        )


def _listed(aliases: list[str]) -> str:
    return f"the alias {aliases[0]}" if len(aliases) == 1 else f"the aliases {', '.join(aliases)}"


CHECK = Check(
    id="LDS402",
    title="Aliases have configurations of their own",
    explanation=(
        "Each version and each alias has its own asynchronous configuration, and there is no inheritance: an "
        "event sent to an alias without one uses AWS's defaults, without destinations, even when $LATEST has a "
        "configuration. It says nothing when all is well."
    ),
    run=_run,
    offline=True,
)
