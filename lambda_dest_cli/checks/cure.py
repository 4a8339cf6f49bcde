"""The next command to type, as it can be typed."""

from collections.abc import Iterable
from dataclasses import replace
from shlex import quote

from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import (
    DEFAULT_EVENT_AGE_SECONDS,
    DEFAULT_RETRY_ATTEMPTS,
    EventInvokeConfig,
    Slot,
)
from lambda_dest_cli.model.finding import Finding

_OPTIONS = {Slot.ON_SUCCESS: "--on-success", Slot.ON_FAILURE: "--on-failure", Slot.DEAD_LETTER: "--dlq"}


def another(subject: Subject, slot: Slot) -> str:
    """Give the command that puts another destination into a slot; DEST is for the reader to fill in."""
    name = subject.facts.name if slot is Slot.DEAD_LETTER else subject.name
    return f"lds configure {name} {_OPTIONS[slot]} DEST"


def with_role_fixed(subject: Subject, slot: Slot) -> str:
    """Give the command that keeps a slot as it is and grants the role what that takes."""
    return f"lds configure {subject.name} {_option(slot, subject.routes()[slot], subject)} --fix-role"


def configured_like(subject: Subject, qualifier: str) -> str:
    """Give the command that configures another qualifier of the function as this one is."""
    config = subject.config
    options = [_option(slot, arn, subject) for slot, arn in config.destinations().items()] + _numbers(config)
    return f"lds configure {subject.facts.name}:{qualifier} {' '.join(options)}"


def for_the_same_aws(findings: Iterable[Finding], lds: Iterable[str], aws: Iterable[str]) -> tuple[Finding, ...]:
    """Put the options that chose an account, region or endpoint into the commands that findings name.

    Without them, what cures a function of the embedded AWS would be typed at a real one. ``lds`` and ``aws`` are the
    words for either program.
    """
    words = {"lds": " ".join(map(quote, lds)), "aws": " ".join(map(quote, aws))}
    return tuple(
        replace(each, hint="\n".join(_chosen(line, words) for line in each.hint.split("\n"))) for each in findings
    )


def _chosen(line: str, words: dict[str, str]) -> str:
    program, space, rest = line.partition(" ")
    options = words.get(program, "")
    return f"{program} {options} {rest}" if options and space else line


def _option(slot: Slot, arn: Arn, subject: Subject) -> str:
    return f"{_OPTIONS[slot]} {quote(subject.label(arn))}"


def _numbers(config: EventInvokeConfig) -> list[str]:
    """Give retries and age where they differ from what the other qualifier has anyhow; at least one thing is named."""
    options = []
    if config.maximum_event_age_in_seconds != DEFAULT_EVENT_AGE_SECONDS:
        options.append(f"--max-age {config.maximum_event_age_in_seconds}")
    if config.maximum_retry_attempts != DEFAULT_RETRY_ATTEMPTS or not (options or config.destinations()):
        options.append(f"--retries {config.maximum_retry_attempts}")
    return options


def set_on_queue(queue: Arn, attribute: str) -> str:
    """Give the command that sets an attribute of a queue, ``NAME=VALUE``."""
    host = f"sqs.{queue.region}.amazonaws.com{'.cn' if queue.partition == 'aws-cn' else ''}"
    return (
        f"aws sqs set-queue-attributes --queue-url https://{host}/{queue.account}/{queue.resource} "
        f"--attributes {attribute}"
    )
