"""A larger model for what the first one could not answer in a way that can be verified, within a budget."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from graphrag_tools.errors import ModelError
from graphrag_tools.index.index import ManualIndex
from graphrag_tools.models.open import model_name, open_chat_model
from graphrag_tools.models.options import ModelOptions
from graphrag_tools.models.steps import Meter, Steps, watched
from graphrag_tools.prompts import Prompts
from graphrag_tools.workflow.options import Budget, WorkflowOptions
from graphrag_tools.workflow.roles import ModelRoles, assign_roles

Result = TypeVar("Result")


class BudgetSpent(ModelError):
    """The larger model was not called, because its budget is used up."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Whether the larger model takes over, and the sentence that tells of it; empty where there is nothing to tell."""

    accepted: bool
    told: str = ""


class Account:
    """What is left of the budget of a larger model, over the life of a workflow. Threads may share one."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._spent = Meter()
        self._lock = threading.Lock()

    @property
    def has_budget(self) -> bool:
        """Whether another call may be made."""
        with self._lock:
            return self._left()

    def charge_call(self, name: str) -> None:
        """Charge the call of a model that begins. Raises BudgetSpent once nothing is left."""
        with self._lock:
            if not self._left():
                raise BudgetSpent(f"The budget of {name} was used up")
            self._spent.count_call()

    def charge_tokens(self, reply: object) -> None:
        """Charge the tokens of a reply."""
        with self._lock:
            self._spent.count_tokens(reply)

    def _left(self) -> bool:
        tokens = self._spent.prompt_tokens + self._spent.completion_tokens
        return self._spent.calls < self._budget.calls and tokens < self._budget.tokens


class Escalation:
    """The larger model and what is left of its budget. Threads may share one.

    It is opened, and probed, when it is first wanted: one that is down costs no more than its help. Probing is
    not charged. Each call is charged when it begins, so that those that fail or are cancelled count too; its tokens
    are known only after it. So calls never exceed the budget, and tokens may, by those of the calls under way.
    """

    def __init__(self, name: str, opening: Callable[[], ModelRoles], budget: Budget | Account) -> None:
        """`opening` returns the larger model with its roles, or raises ModelError; it is tried until it succeeds.

        An account is that of others too, which then spend the same budget.
        """
        self.name = name
        self._opening = opening
        self._opened: ModelRoles | None = None
        self._open_lock = threading.Lock()
        self._account = budget if isinstance(budget, Account) else Account(budget)

    def open_model(self) -> ModelRoles:
        """Return the larger model, opened at the first call. Raises ModelError if that fails."""
        with self._open_lock:
            if self._opened is None:
                self._opened = self._opening()
            return self._opened

    def hand_over(self, first: str, why: str, *, to_overrule: bool) -> HandOver:
        """Offer the larger model what the first one failed at.

        `to_overrule` says that the first one found no answer: then a larger model that may not decline is not
        asked, for it would answer whatever was asked.
        """
        if not self.has_budget:
            return HandOver(False, f"{first} {why}; the budget of {self.name} is used up, so it was not asked.")
        try:
            larger = self.open_model()
        except ModelError as error:
            return HandOver(False, f"{first} {why}; {self.name} could not be asked: {error}")
        if to_overrule and larger.choices <= 1:
            return HandOver(False)
        return HandOver(True, f"{first} {why}; {self.name} took over.")

    @property
    def has_budget(self) -> bool:
        """Whether another call may be made."""
        return self._account.has_budget

    def within_budget(self, steps: Steps[Result]) -> Steps[Result]:
        """Return the same steps with every call charged, and refused with BudgetSpent once nothing is left."""
        return watched(steps, lambda: self._account.charge_call(self.name), self._account.charge_tokens)


def escalation(
    index: ManualIndex, options: WorkflowOptions, model_options: ModelOptions, account: Account
) -> Escalation | None:
    """Return the escalation to the larger model of the options, None for no model. It has all roles that it has earned.

    Raises:
        ConfigError: The string names no model.
        ModelError: It names a file that is no model.
    """
    # Address and headers are those of the first model's server.
    run = replace(model_options, base_url=None, headers={})
    larger = options.escalate_to
    name = model_name(larger, options=run)
    if name is None:
        return None
    chosen = WorkflowOptions(manual=options.manual, prompts=options.prompts)

    def opening() -> ModelRoles:
        opened = open_chat_model(larger, options=run)
        return assign_roles(opened, index, Prompts(options.prompts), chosen, takes_over=True)

    return Escalation(name, opening, account)
