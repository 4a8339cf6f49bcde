"""What functions with one role will ask of IAM, asked together: the simulator answers many questions in one call."""

from collections.abc import Iterable

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.permission import Question


def ask_together(subjects: Iterable[Subject], checks: Iterable[Check], aws: Aws) -> None:
    """Ask everything that these checks will want to know of each role; the answers are remembered.

    What cannot be asked is left for the check itself to meet, and to tell.
    """
    askers = [check.questions for check in checks if check.questions]

    def questions(subject: Subject) -> tuple[Arn, list[Question]]:
        try:
            return subject.facts.role, [question for ask in askers for question in ask(subject, aws)]
        except CredentialsProblem:
            raise
        except LdsError:
            return subject.facts.role, []

    of_roles: dict[Arn, dict[Question, None]] = {}
    for role, asked in each(questions, subjects):
        of_roles.setdefault(role, {}).update(dict.fromkeys(asked))

    def ask(role: Arn) -> None:
        try:
            aws.may(role, of_roles[role])
        except CredentialsProblem:
            raise
        except LdsError:
            return

    each(ask, [role for role, asked in of_roles.items() if asked])
