"""A bank and an event-driven simulation: classes, exceptions, heaps, formatting, a text report."""

import heapq
from dataclasses import dataclass, field
from enum import Enum, auto


class InsufficientFunds(Exception):
    def __init__(self, needed, available):
        super().__init__(f"need {needed:.2f}, have {available:.2f}")
        self.shortfall = needed - available


class Kind(Enum):
    DEPOSIT = auto()
    WITHDRAW = auto()
    TRANSFER = auto()


@dataclass
class Account:
    owner: str
    balance: float = 0.0
    history: list = field(default_factory=list, repr=False)

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance += amount
        self.history.append((Kind.DEPOSIT, amount))

    def withdraw(self, amount):
        if amount > self.balance:
            raise InsufficientFunds(amount, self.balance)
        self.balance -= amount
        self.history.append((Kind.WITHDRAW, amount))


class Bank:
    def __init__(self):
        self.accounts = {}

    def __getitem__(self, owner):
        return self.accounts.setdefault(owner, Account(owner))

    def transfer(self, source, target, amount):
        self[source].withdraw(amount)
        try:
            self[target].deposit(amount)
        except ValueError:
            self[source].deposit(amount)
            raise

    def report(self):
        yield f"{'owner':<10}{'balance':>12}"
        yield "-" * 22
        for account in sorted(self.accounts.values(), key=lambda a: -a.balance):
            yield f"{account.owner:<10}{account.balance:>12,.2f}"


bank = Bank()
bank["ann"].deposit(1500)
bank["bob"].deposit(20.5)
for source, target, amount in [("ann", "bob", 250), ("bob", "cid", 500), ("ann", "cid", 0), ("ann", "cid", 1250)]:
    try:
        bank.transfer(source, target, amount)
        print(f"{source} -> {target}: {amount}")
    except InsufficientFunds as error:
        print("refused:", error, f"short by {error.shortfall:.2f}")
    except ValueError as error:
        print("invalid:", error)
print("\n".join(bank.report()))
print(bank["ann"], bank["ann"].history[-1])


class Simulation:
    def __init__(self):
        self.now, self.queue, self.counter, self.log = 0, [], 0, []

    def at(self, delay, action, *args):
        self.counter += 1
        heapq.heappush(self.queue, (self.now + delay, self.counter, action, args))

    def run(self, until):
        while self.queue and self.queue[0][0] <= until:
            self.now, _, action, args = heapq.heappop(self.queue)
            action(*args)


class Teller:
    def __init__(self, sim, service):
        self.sim, self.service, self.line, self.busy, self.waits = sim, service, [], False, []

    def arrive(self, name):
        self.line.append((name, self.sim.now))
        self.next()

    def next(self):
        if not self.busy and self.line:
            name, since = self.line.pop(0)
            self.busy = True
            self.waits.append(self.sim.now - since)
            self.sim.log.append(f"{self.sim.now:>4} {name} served after {self.waits[-1]}")
            self.sim.at(self.service, self.finish, name)

    def finish(self, name):
        self.busy = False
        self.next()


sim = Simulation()
teller = Teller(sim, 5)
for i, t in enumerate([0, 1, 2, 10, 11, 30]):
    sim.at(t, teller.arrive, f"customer{i}")
sim.run(100)
print("\n".join(sim.log))
print(sum(teller.waits) / len(teller.waits), max(teller.waits), sim.now)


class State:
    transitions = {("idle", "coin"): "ready", ("ready", "push"): "idle", ("ready", "coin"): "ready"}

    def __init__(self):
        self.state = "idle"

    def feed(self, event):
        self.state = self.transitions.get((self.state, event), "error")
        return self.state


machine = State()
print([machine.feed(e) for e in ["coin", "coin", "push", "push", "coin"]])
