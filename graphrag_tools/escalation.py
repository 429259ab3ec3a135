"""A larger model for what the first one could not answer in a way that can be verified, within a budget."""

import threading

from graphrag_tools.actors import Actor
from graphrag_tools.model_calls import Meter
from graphrag_tools.options import Budget


class Escalation:
    """The larger model and what is left of its budget, over the life of a workflow. Threads may share one."""

    def __init__(self, larger: Actor, budget: Budget) -> None:
        """`larger` has to have a model."""
        self.actor = larger
        self._budget = budget
        self._spent = Meter()
        self._lock = threading.Lock()

    def charge(self, meter: Meter) -> None:
        """Take what calls have cost from the budget."""
        with self._lock:
            self._spent.calls += meter.calls
            self._spent.prompt_tokens += meter.prompt_tokens
            self._spent.completion_tokens += meter.completion_tokens

    @property
    def has_budget(self) -> bool:
        """Whether another call may be made. The call that crosses a limit is the last one, not cut short."""
        with self._lock:
            tokens = self._spent.prompt_tokens + self._spent.completion_tokens
            return self._spent.calls < self._budget.calls and tokens < self._budget.tokens

    def offered(self, first: str, why: str) -> tuple[bool, str]:
        """Return whether the larger model takes over from the first, and the sentence that tells of it."""
        if self.has_budget:
            return True, f"{first} {why}; {self.actor.name} took over."
        return False, f"{first} {why}; the budget of {self.actor.name} is used up, so it was not asked."
