"""LDS406: whoever invokes the function names a qualifier that has the configuration."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import listed
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.invoker import Invoker


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    state = subject.state
    bare = {qualifier for qualifier in (LATEST, *state.aliases) if qualifier not in state.configurations}
    if not state.configurations or not bare:
        return
    found = aws.invokers(subject.facts.arn, tuple(sorted(state.aliases)))
    missed = [each for each in found.invokers if each.qualifier in bare]
    for qualifier in dict.fromkeys(each.qualifier for each in missed):
        yield _finding(subject, report, qualifier, [each for each in missed if each.qualifier == qualifier])
    if found.unread:
        yield report.skipped(f"what else invokes the function could not be read: {listed(found.unread)}")


def _finding(subject: Subject, report: Reporter, qualifier: str, invokers: Iterable[Invoker]) -> Finding:
    sure = [each.words for each in invokers if each.certain]
    others = [each.words for each in invokers if not each.certain]
    who = f"{subject.facts.name}:{qualifier}"
    named = ", ".join(sorted(subject.state.configurations))
    message = f"{who}, which has no configuration: that of {named} does not apply to its events"
    evidence = {"qualifier": qualifier, "invokers": sure, "allowed": others}
    hint = cure.configured_like(_configured(subject), qualifier)
    if qualifier == LATEST:
        hint = hint.replace(f":{LATEST} ", " ", 1)
    if sure:
        return report.failure(f"{listed(sure)} {_verb(sure)} {message}", hint, evidence)
    return report.warning(f"{listed(others)} may invoke {message}", hint, evidence)


def _verb(sure: list[str]) -> str:
    return "invokes" if len(sure) == 1 else "invoke"


def _configured(subject: Subject) -> Subject:
    """Give the subject under a qualifier that has a configuration to copy."""
    if subject.configured:
        return subject
    return replace(subject, config=next(iter(subject.state.configurations.values())), configured=True)


CHECK = Check(
    id="LDS406",
    title="Whoever invokes the function names a qualifier that has a configuration",
    explanation=(
        "The qualifier in the caller's ARN decides which configuration applies, and there is no inheritance: a rule "
        "that invokes the alias live does not use what is set on $LATEST, nor the other way round. The callers are "
        "read from the resource policies of the function and its aliases, EventBridge's rules, the subscriptions of "
        "topics and the notifications of buckets that these policies name. Programs that call Invoke themselves "
        "cannot be seen. It is asked only where some qualifier has a configuration and another has none, and says "
        "nothing when all is well."
    ),
    run=_run,
    ahead=False,
    per_function=True,
)
