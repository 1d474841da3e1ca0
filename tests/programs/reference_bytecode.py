"""Reference, the third step of a run: the tree becomes bytecode, which `dis` shows."""

import dis
import io


def add(a, b):
    return a + b


def fibonacci(n):
    if n <= 1:
        return n
    a, b = 0, 1
    for _ in range(n - 1):
        a, b = b, a + b
    return b


class Account:
    rate = 0.5

    def __init__(self, start):
        self.total = start

    def grow(self, years=1):
        for year in range(years):
            self.total += self.total * self.rate
        return self


def opener(path):
    with open(path) as file:
        return [line.strip() for line in file if line]


def handle(value):
    match value:
        case {"kind": "a", **rest}:
            return rest
        case [first, *others] if others:
            return first
        case Account(total=t) | t:
            return t


def generate(n):
    got = yield n
    yield from range(got)


for thing in (add, fibonacci, Account, opener, handle, generate):
    print("==", thing.__name__)
    dis.dis(thing)
print("== a text")
dis.dis("a = b.c(d, e=f)[1:2]\ndel a")
print("== with offsets and caches")
dis.dis(add, show_caches=True, show_offsets=True)
print("== where things are")
dis.dis(fibonacci, show_positions=True)
print(fibonacci(30))
print([(i.opname, i.argrepr, i.is_jump_target, i.positions.lineno) for i in dis.get_instructions(fibonacci)])
out = io.StringIO()
dis.show_code(opener, file=out)
print(out.getvalue().replace(__file__, "FILE"))
print(list(dis.findlinestarts(fibonacci.__code__)), sorted(dis.findlabels(fibonacci.__code__.co_code)))
print([(e.start, e.end, e.target, e.depth, e.lasti) for e in dis.Bytecode(opener).exception_entries])
try:
    1 / 0
except ZeroDivisionError:
    import sys

    sys.last_traceback = sys.exception().__traceback__
    text = dis.Bytecode.from_traceback(sys.exception().__traceback__).dis()
    print([line for line in text.splitlines() if "-->" in line])
for name in ("LOAD_FAST", "LOAD_CONST", "COMPARE_OP", "POP_JUMP_IF_FALSE", "STORE_FAST", "CALL", "RETURN_VALUE", "LOAD_GLOBAL", "BINARY_OP"):
    op = dis.opmap[name]
    print(name, op, op in dis.hasarg, op in dis.hasname, op in dis.haslocal, op in dis.hasconst, op in dis.hasjump, op in dis.hascompare, dis.stack_effect(op, 1) if op in dis.hasarg else dis.stack_effect(op))
for op, arg in [(1000, None), (dis.opmap["POP_TOP"], 1), (dis.opmap["BUILD_LIST"], None)]:
    try:
        print(dis.stack_effect(op, arg))
    except ValueError as error:
        print("ValueError", error)
