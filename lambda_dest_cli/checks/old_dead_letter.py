"""LDS407: the versions in use have the dead-letter queue that $LATEST has."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    state, ref = subject.state, FunctionRef(subject.facts.name)
    latest = state.facts.dead_letter
    for version, aliases in _versions(subject).items():
        kept = aws.function(ref.at(aliases[0])).dead_letter
        if kept != latest:
            yield report.warning(
                f"version {version}, to which {' and '.join(aliases)} {_points(aliases)}, keeps {_words(subject, kept)}"
                f" from when it was published; $LATEST has {_words(subject, latest)}",
                f"aws lambda publish-version --function-name {ref.name}\nand point the alias to the new version\n"
                f"aws lambda update-alias --function-name {ref.name} --name {aliases[0]} --function-version VERSION",
                {"version": version, "aliases": aliases, "dead_letter": kept and str(kept)},
            )


def _versions(subject: Subject) -> dict[str, list[str]]:
    """Give the published versions that aliases point to; those configured come first, for they have been read."""
    state = subject.state
    found: dict[str, list[str]] = {}
    for alias in sorted(state.aliases, key=lambda each: (each not in state.configurations, each)):
        if state.aliases[alias] != LATEST:
            found.setdefault(state.aliases[alias], []).append(alias)
    return found


def _points(aliases: list[str]) -> str:
    return "points" if len(aliases) == 1 else "point"


def _words(subject: Subject, target: Arn | None) -> str:
    return f"the dead-letter queue {subject.label(target)}" if target else "no dead-letter queue"


CHECK = Check(
    id="LDS407",
    title="Versions in use have the dead-letter queue of $LATEST",
    explanation=(
        "The dead-letter queue is part of the function's configuration, and publishing a version freezes it. After it "
        "was changed, an alias that points to an older version still sends its dead letters to the old queue, or "
        "nowhere (measured in Oct 2026; AWS's guide says that versions follow, so lds reads what each version has). "
        "Publish anew and move the alias. It says nothing when all is well."
    ),
    run=_run,
    ahead=False,
    per_function=True,
)
