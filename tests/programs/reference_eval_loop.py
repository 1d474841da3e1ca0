"""A small evaluation loop over real bytecode-like instructions, written in Python."""

import dis


class Machine:
    def __init__(self, code, args):
        self.code = code
        self.stack = []
        self.locals = dict(zip(code.co_varnames, args))
        self.instructions = list(dis.get_instructions(code))
        self.offsets = {ins.offset: i for i, ins in enumerate(self.instructions)}
        self.steps = 0

    def run(self):
        index = 0
        while True:
            instruction = self.instructions[index]
            index += 1
            self.steps += 1
            name = instruction.opname
            if name in ("RESUME", "NOP", "NOT_TAKEN"):
                continue
            if name in ("LOAD_FAST", "LOAD_FAST_BORROW"):
                self.stack.append(self.locals[instruction.argval])
            elif name in ("LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW"):
                self.stack.extend(self.locals[n] for n in instruction.argval)
            elif name in ("LOAD_CONST", "LOAD_SMALL_INT"):
                self.stack.append(instruction.argval)
            elif name == "STORE_FAST":
                self.locals[instruction.argval] = self.stack.pop()
            elif name == "BINARY_OP":
                right, left = self.stack.pop(), self.stack.pop()
                operator = instruction.argrepr.rstrip("=")
                self.stack.append(eval(f"l {operator} r", {"l": left, "r": right}))
            elif name == "COMPARE_OP":
                right, left = self.stack.pop(), self.stack.pop()
                operator = instruction.argrepr.removeprefix("bool(").removesuffix(")")
                self.stack.append(eval(f"l {operator} r", {"l": left, "r": right}))
            elif name == "POP_JUMP_IF_FALSE":
                if not self.stack.pop():
                    index = self.offsets[instruction.jump_target]
            elif name in ("JUMP_BACKWARD", "JUMP_FORWARD"):
                index = self.offsets[instruction.jump_target]
            elif name == "RETURN_VALUE":
                return self.stack.pop()
            else:
                raise NotImplementedError(name)


def poly(x, y):
    z = x * 2 + y
    return z - 10


def gcd(a, b):
    while b > 0:
        t = a % b
        a = b
        b = t
    return a


def power(base, n):
    result = 1
    while n > 0:
        if n % 2 == 1:
            result = result * base
        base = base * base
        n = n // 2
    return result


for function, args in [(poly, (7, 3)), (gcd, (1071, 462)), (power, (3, 13))]:
    machine = Machine(function.__code__, args)
    print(function.__name__, machine.run(), function(*args), machine.steps)
print(poly.__code__.co_stacksize, gcd.__code__.co_nlocals, len(power.__code__.co_code) % 2)
