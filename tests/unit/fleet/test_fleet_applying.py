"""Functions are written at the same time, each by itself; Ctrl-C begins nothing new and tells what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any, cast

from lambda_dest_cli import planner
from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.errors import CredentialsProblem, ExitCode, Rejected
from lambda_dest_cli.executor import Patience
from lambda_dest_cli.fleet.applying import apply
from lambda_dest_cli.fleet.draft import Draft
from lambda_dest_cli.fleet.outcome import of_run
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.complaint import Place
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionState, Slot
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.fleet import Part
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.plan import Address, Kind, Outcome
from lambda_dest_cli.model.spec import FunctionSpec, QualifierSpec, Spec

ROLE = Arn.parse("arn:aws:iam::123456789012:role/r")
QUEUE = Arn.parse("arn:aws:sqs:eu-west-1:123456789012:q")
WANTED = EventInvokeConfig(on_failure=QUEUE)
NO_PATIENCE = Patience(0, lambda _: None)


class FakeFunctions:
    """Takes writes; some functions refuse, and some wait until they are let go."""

    def __init__(self) -> None:
        self.held: dict[str, EventInvokeConfig] = {}
        self.refused: dict[str, Exception] = {}
        self.gates: dict[str, Event] = {}

    def configuration(self, ref: FunctionRef) -> EventInvokeConfig | None:
        return self.held.get(ref.name)

    def put(self, ref: FunctionRef, config: EventInvokeConfig) -> None:
        if ref.name in self.gates:
            self.gates[ref.name].wait(30)
        if ref.name in self.refused:
            raise self.refused[ref.name]
        self.held[ref.name] = config


class FakeAws:
    def __init__(self) -> None:
        self.functions = FakeFunctions()

    def sleep(self, seconds: float) -> None:
        return


def draft(*names: str, findings: tuple[Finding, ...] = ()) -> tuple[Draft, FakeFunctions]:
    """Give a draft that wants the same of each function, and the functions behind it."""
    aws = FakeAws()
    states = {
        name: FunctionState(
            FunctionFacts(name, Arn.parse(f"arn:aws:lambda:eu-west-1:123456789012:function:{name}"), ROLE)
        )
        for name in names
    }
    plan = planner.plan({Address(name, "$LATEST", Kind.INVOKE_CONFIG): WANTED for name in names}, {})
    part = Part("lds.yaml", "123456789012", "eu-west-1", plan, findings)
    asked = {"$LATEST": QualifierSpec(on_failure=str(QUEUE))}
    wanted = {name: FunctionSpec(name, Place("lds.yaml"), asked) for name in names}
    spec = Spec("lds.yaml", tuple(wanted.values()))
    return Draft(spec, cast(Aws, aws), part, states, wanted=wanted), aws.functions


def outcomes(done: Draft) -> dict[str, Outcome]:
    return {step.change.address.function: step.outcome for step in done.part.steps}


def silent(_done: int, _total: int) -> None:
    return


def test_everything_is_written_and_told_in_the_plans_order() -> None:
    names = [f"f{number:02}" for number in range(40)]
    start, functions = draft(*names)
    told: list[tuple[int, int]] = []
    (done,), interrupted = apply([start], NO_PATIENCE, lambda count, total: told.append((count, total)))
    assert not interrupted
    assert [step.change.address.function for step in done.part.steps] == names
    assert set(outcomes(done).values()) == {Outcome.APPLIED}
    assert functions.held == dict.fromkeys(names, WANTED)
    assert told[-1] == (40, 40)
    assert of_run([done], interrupted=False).exit_code is ExitCode.OK


def test_one_that_fails_does_not_stop_the_others() -> None:
    start, functions = draft("a", "b", "c")
    functions.refused["b"] = Rejected("b: no", "try again")
    (done,), _ = apply([start], NO_PATIENCE, silent)
    assert outcomes(done) == {"a": Outcome.APPLIED, "b": Outcome.FAILED, "c": Outcome.APPLIED}
    result = of_run([done], interrupted=False)
    assert result.exit_code is ExitCode.PARTIAL
    assert [(each.code, each.message, each.hint) for each in result.errors] == [
        ("Failed", "b:$LATEST: b: no", "try again")
    ]


def test_where_all_fail_it_is_an_error_and_not_partly_done() -> None:
    start, functions = draft("a", "b")
    functions.refused = {name: CredentialsProblem("expired") for name in ("a", "b")}
    (done,), _ = apply([start], NO_PATIENCE, silent)
    assert set(outcomes(done).values()) == {Outcome.FAILED}
    assert of_run([done], interrupted=False).exit_code is ExitCode.ERROR


def test_a_failed_check_holds_its_own_function_back() -> None:
    bad = Finding("LDS302", State.FAIL, "the role may not", "a", "$LATEST", Slot.ON_FAILURE)
    start, functions = draft("a", "b", findings=(bad,))
    (done,), _ = apply([start], NO_PATIENCE, silent)
    assert outcomes(done) == {"a": Outcome.SKIPPED, "b": Outcome.APPLIED}
    assert list(functions.held) == ["b"]
    assert of_run([done], interrupted=False).exit_code is ExitCode.PARTIAL
    (forced,), _ = apply([start], NO_PATIENCE, silent, force=True)
    assert outcomes(forced)["a"] is Outcome.APPLIED


def test_where_everything_is_held_back_the_code_is_the_checks() -> None:
    bad = Finding("LDS302", State.FAIL, "the role may not", "a", "$LATEST", Slot.ON_FAILURE)
    start, _ = draft("a", findings=(bad,))
    (done,), _ = apply([start], NO_PATIENCE, silent)
    assert of_run([done], interrupted=False).exit_code is ExitCode.FINDINGS
    gone = replace(bad, id="LDS201")
    start, _ = draft("a", findings=(gone,))
    (done,), _ = apply([start], NO_PATIENCE, silent)
    assert of_run([done], interrupted=False).exit_code is ExitCode.ERROR


@contextmanager
def let_go(functions: FakeFunctions) -> Iterator[None]:
    try:
        yield
    finally:
        for gate in functions.gates.values():
            gate.set()


def test_after_ctrl_c_nothing_new_is_begun_and_all_is_told() -> None:
    names = [f"f{number:02}" for number in range(60)]
    start, functions = draft(*names)
    functions.gates = {name: Event() for name in names[1:]}

    def ctrl_c(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with let_go(functions):
        (done,), interrupted = apply([start], NO_PATIENCE, ctrl_c)
    assert interrupted
    found = outcomes(done)
    assert set(found) == set(names)
    assert found["f00"] is Outcome.APPLIED
    begun = [name for name in names[1:] if found[name] is Outcome.FAILED]
    assert begun
    assert [name for name in names[1:] if found[name] is Outcome.SKIPPED]
    unknown = next(step for step in done.part.steps if step.change.address.function == begun[0])
    assert "it may have been, or not" in unknown.error
    result = of_run([done], interrupted=True)
    assert result.exit_code is ExitCode.INTERRUPTED
    assert "interrupted: 1 of 60 changes were made" in result.errors[-1].message


def test_nothing_to_do_is_done() -> None:
    start, _ = draft()
    done: Any = apply([start], NO_PATIENCE, silent)[0]
    assert done[0].part.steps == ()
    assert of_run(done, interrupted=False).exit_code is ExitCode.OK
