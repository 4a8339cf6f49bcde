"""What the checks of destination functions share: the function behind a slot, where it can be read."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.reached import Reached, is_home, reached
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import FunctionFacts
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef


class NextFunction(NamedTuple):
    """A function that a slot hands its records to."""

    one: Reached
    ref: FunctionRef
    """Its name and qualifier, which are of this account and region."""

    @property
    def name(self) -> str:
        """The name as a person would type it."""
        return self.ref.name if self.ref.qualifier == LATEST else f"{self.ref.name}:{self.ref.qualifier}"


def next_functions(subject: Subject, aws: Aws, report: Reporter) -> Iterator[NextFunction]:
    """Give the slots that hold a function of the same account and region."""
    for one in reached(subject, aws, report, "lambda"):
        if is_home(subject, one.arn):
            yield NextFunction(one, replace(FunctionRef.parse(str(one.arn)), account="", region=""))


def facts_of(function: NextFunction, aws: Aws) -> FunctionFacts:
    """Read the function under its qualifier; of ``$LATEST`` its concurrency is read in the same call."""
    ref = function.ref
    return aws.health(FunctionRef(ref.name)).facts if ref.qualifier == LATEST else aws.function(ref)
