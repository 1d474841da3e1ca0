"""The bytecode of small functions, as `dis` shows it."""

import dis


def example_func():
    x = 10
    y = x * 2
    return y


def branches(n):
    if n > 0:
        return "positive"
    while n < 0:
        n += 1
    return [i for i in range(n)]


def handler(d, k):
    try:
        return d[k]
    except KeyError as error:
        print(error)
    finally:
        d.clear()


def closure(a):
    def inner(b=1, *, c):
        return a + b + c

    return inner


async def co(x):
    async with x as y:
        return await y


for function in (example_func, branches, handler, closure, co):
    print("==", function.__name__)
    dis.dis(function)
for instruction in dis.get_instructions(example_func):
    print(instruction.opname, instruction.arg, instruction.argrepr, instruction.offset, instruction.starts_line, instruction.line_number)
print(dis.code_info(example_func).replace(__file__, "FILE"))
print(dis.opmap["RESUME"], dis.opname[dis.opmap["RETURN_VALUE"]], dis.stack_effect(dis.opmap["POP_TOP"]), dis.hasconst == [dis.opmap["LOAD_CONST"]], dis.HAVE_ARGUMENT, len(dis.opmap) > 100, list(dis.findlinestarts(example_func.__code__)), dis.Bytecode(example_func).codeobj is example_func.__code__)
