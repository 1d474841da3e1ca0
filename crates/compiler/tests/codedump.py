"""Prints code objects as `bytecode::dump` does: run by CPython 3.14, it records what the tests expect.

    python3.14 codedump.py [-O | -OO] FILE...         print the dumps
    python3.14 codedump.py --record DIRECTORY         write FILE.dump and FILE.opt2.dump for each FILE.py in it
    python3.14 codedump.py [-O | -OO] --out DIR       read a list of files, write a dump of each into DIR

A file with lines `# ---` holds several programs; they are compiled one by one.
"""
import marshal
import os
import struct
import sys
import types
import warnings


def escape(text):
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    return '"' + "".join(
        "\\" + chr(b) if b in b'"\\' else chr(b) if 0x20 <= b <= 0x7E else f"\\x{b:02x}" for b in text
    ) + '"'


def bits(number):
    return f"{struct.unpack('>Q', struct.pack('>d', number))[0]:016x}"


def constant(value):
    if value is None or value is True or value is False:
        return repr(value)
    match value:
        case types.EllipsisType():
            return "Ellipsis"
        case int():
            return f"{value:x}"
        case float():
            return f"float({bits(value)})"
        case complex():
            return f"complex({bits(value.real)},{bits(value.imag)})"
        case str():
            return "s" + escape(value)
        case bytes():
            return "b" + escape(value)
        case tuple():
            return "(" + "".join(constant(item) + "," for item in value) + ")"
        case frozenset():
            return f"frozenset({','.join(sorted(map(constant, value)))})"
        case slice():
            return f"slice({constant(value.start)},{constant(value.stop)},{constant(value.step)},)"
        case types.CodeType():
            return "code:" + escape(value.co_qualname)
    raise TypeError(value)


def locals_and_kinds(code):
    """`co_localsplusnames` and `co_localspluskinds`, which only the marshalled form shows."""
    data, at, refs = marshal.dumps(code), 0, []

    def take(size):
        nonlocal at
        at += size
        return data[at - size : at]

    def number(size=4):
        return int.from_bytes(take(size), "little", signed=size > 1)

    def read():
        byte = take(1)[0]
        kind = chr(byte & 0x7F)
        place = len(refs)
        if byte & 0x80:
            refs.append(None)
        match kind:
            case "N" | "T" | "F" | ".":
                value = None
            case "r":
                return refs[number()]
            case "i":
                value = number()
            case "l":
                value = take(2 * abs(number()))
            case "g":
                value = take(8)
            case "y":
                value = take(16)
            case "z" | "Z":
                value = take(number(1))
            case "s" | "u" | "t" | "a" | "A":
                value = take(number())
            case "(" | ">":
                value = [read() for _ in range(number())]
            case ")":
                value = [read() for _ in range(number(1))]
            case ":":
                value = [read() for _ in range(3)]
            case "c":
                take(20)
                value = [read() for _ in range(8)]
                take(4)
                value += [read(), read()]
            case _:
                raise ValueError(kind)
        if byte & 0x80:
            refs[place] = value
        return value

    fields = read()
    return fields[3], fields[4]


def dump(code, out):
    out.append(
        f"code {escape(code.co_qualname)} {escape(code.co_name)} line {code.co_firstlineno}"
        f" args {code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount}"
        f" stack {code.co_stacksize} flags {code.co_flags:x}"
    )
    names, kinds = locals_and_kinds(code)
    out.append("names" + "".join(" " + escape(name) for name in code.co_names))
    out.append("localsplus" + "".join(" " + escape(name) for name in names))
    out.append("kinds " + kinds.hex())
    out.append("consts" + "".join(" " + constant(value) for value in code.co_consts))
    out.append("code " + code.co_code.hex())
    out.append("lines " + code.co_linetable.hex())
    out.append("exceptions " + code.co_exceptiontable.hex())
    out.append("")
    for value in code.co_consts:
        if isinstance(value, types.CodeType):
            dump(value, out)


def run(source, name, optimize):
    out = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            dump(compile(source, name, "exec", dont_inherit=True, optimize=optimize), out)
        except SyntaxError as e:
            end = f"{e.end_lineno or 0} {e.end_offset or 0}"
            return f"{type(e).__name__} {e.msg} {e.lineno} {e.offset} {end}\n"
    out += [f"warning {w.lineno} {w.message}" for w in caught]
    return "\n".join(out) + "\n"


def main(args):
    optimize = 0
    while args and args[0] in ("-O", "-OO"):
        optimize = len(args.pop(0)) - 1
    if args[0] == "--record":
        for name in sorted(os.listdir(args[1])):
            if not name.endswith(".py"):
                continue
            path = os.path.join(args[1], name)
            with open(path, encoding="utf-8") as file:
                programs = file.read().split("# ---\n")
            for level, suffix in ((0, ".dump"), (2, ".opt2.dump")):
                with open(path.removesuffix(".py") + suffix, "w", encoding="utf-8") as file:
                    file.write("# ---\n".join(run(p, name, level) for p in programs))
    elif args[0] == "--out":
        os.makedirs(args[1], exist_ok=True)
        for path in sys.stdin.read().splitlines():
            with open(path, "rb") as file:
                text = run(file.read(), path, optimize)
            with open(os.path.join(args[1], path.replace("/", "%")), "w", errors="surrogateescape") as file:
                file.write(text)
    else:
        for path in args:
            with open(path, "rb") as file:
                sys.stdout.write(run(file.read(), path, optimize))


if __name__ == "__main__":
    main(sys.argv[1:])
