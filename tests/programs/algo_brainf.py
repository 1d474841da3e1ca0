"""A tiny virtual machine for an eight-instruction language."""


def compile_program(source):
    program, stack = [], []
    for ch in source:
        if ch in "><+-":
            if program and program[-1][0] == ch:
                program[-1] = ch, program[-1][1] + 1
            else:
                program.append((ch, 1))
        elif ch in ".,":
            program.append((ch, 0))
        elif ch == "[":
            stack.append(len(program))
            program.append(("[", -1))
        elif ch == "]":
            if not stack:
                raise SyntaxError("unmatched ]")
            start = stack.pop()
            program[start] = "[", len(program)
            program.append(("]", start))
    if stack:
        raise SyntaxError("unmatched [")
    return program


def run(source, text=""):
    program = compile_program(source)
    tape, pointer, pc, out, steps = [0] * 300, 0, 0, [], 0
    data = iter(text)
    while pc < len(program):
        op, n = program[pc]
        steps += 1
        match op:
            case ">":
                pointer += n
            case "<":
                pointer -= n
            case "+":
                tape[pointer] = (tape[pointer] + n) & 255
            case "-":
                tape[pointer] = (tape[pointer] - n) & 255
            case ".":
                out.append(chr(tape[pointer]))
            case ",":
                tape[pointer] = ord(next(data, "\0"))
            case "[" if tape[pointer] == 0:
                pc = n
            case "]" if tape[pointer]:
                pc = n
        pc += 1
    return "".join(out), steps


HELLO = "++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++."
print(run(HELLO))
print(run(",[.,]", "echo"), run(",>,<[->+<]>.", "!\x21"), run("++[>+++[>+++++++<-]<-]>>."))
for bad in ["[", "]", "[[]", "+]"]:
    try:
        run(bad)
    except SyntaxError as error:
        print(bad, error)
squares = "++++[>+++++<-]>[<+++++>-]+<+[>[>+>+<<-]++>>[<<+>>-]>>>[-]++>[-]+>>>+[[-]++++++>>>]<<<[[<++++++++<++>>-]+<.<[>----<-]<]<<[>>>>>[>>>[-]+++++++++<[>-<-]+++++++++>[-[<->-]+[<<<]]>>>]<<<[>>>]<<<[[>>>]<<<-]<<<]<-]"
print(len(compile_program(squares)), compile_program("+++>><.")[:3])
fib = "+>+.>" + "<<[->>+<<]" * 0
print(run("+++++[>+++++++<-]>.", ""), sorted({op for op, _ in compile_program(HELLO)}))
