"""t-strings: structure, interpolations, conversions, formats, joining, nested, a small renderer."""

from string.templatelib import Interpolation, Template, convert


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


name, value = "World", 3.14159
t = t"Hello {name}! pi={value:.2f} {name!r:>10} {value=}"
print(t.strings, [i.value for i in t.interpolations], [i.expression for i in t.interpolations], [i.conversion for i in t.interpolations], [i.format_spec for i in t.interpolations])
print(t.values, list(t), type(t), repr(t""), t"".strings, t"plain".strings, t"{name}".strings)


def render(template):
    parts = []
    for part in template:
        if isinstance(part, str):
            parts.append(part)
        else:
            parts.append(format(convert(part.value, part.conversion), part.format_spec))
    return "".join(parts)


print(render(t), render(t"{1}{2}{3}"), render(t"{name:{'>'}{10}}|"), render(t"{{literal}} {'nested'!r}"))


def html(template):
    import html as h

    return "".join(p if isinstance(p, str) else html(p.value) if isinstance(p.value, Template) else h.escape(str(p.value)) for p in template)


evil = "<script>"
print(html(t"<b>{evil}</b> {t"<i>{evil}</i>"}"))
a, b = t"a{1}b", t"c{2}d"
print((a + b).strings, (a + b).values, attempt(lambda: a + "x"), attempt(lambda: "x" + a), (t"x" t"y{1}").strings, (rt"\n{1}").strings, Rt"\t".strings, (T"q").strings)
i = Interpolation("v", "expr", "r", ">5")
print(i, i.value, i.expression, i.conversion, i.format_spec, Interpolation("only"), attempt(Interpolation), attempt(Interpolation, 1, "e", "x"), attempt(setattr, i, "value", 1), Interpolation.__match_args__)
print(Template("a", i, "b", "c").strings, Template(i, i).strings, Template().strings, attempt(Template, 5), attempt(Template, a=1), a == a, a == t"a{1}b", attempt(hash, a) != "", attempt(setattr, a, "strings", ()), attempt(str, t"x").startswith("\"Template(strings=") or str(t"x"))
match i:
    case Interpolation(v, e, c, f):
        print(v, e, c, f)
print(render(t"""multi
{
    value
    :.1f} line"""), t"{ value }".interpolations[0].expression, t"{value!s}".interpolations[0].conversion, t"{(lambda x: x + 1)(2)}".values, t"{[x for x in range(3)]}".values)
evaluated = []


def note(x):
    evaluated.append(x)
    return x


t2 = t"{note(1)} {note(2):{note(3)}} {note(4)}"
print(evaluated, t2.interpolations[1].format_spec)
for source in ['t"{"', 't"{}"', 't"}"', 't"{a!x}"', '"s" t"t"', 't"t" f"f"', 'tb"x"', 'ut"x"', 'ft"x"', 't"{a b}"', 't"{!r}"', "t'{x' "]:
    try:
        compile(source, "<s>", "eval")
        print(source, "ok")
    except SyntaxError as error:
        print(source, error.msg)
print(attempt(lambda: t"{undefined}"), attempt(convert, 1, "x"), convert("é", "a"), convert("é", "r"), convert(5, "s"), convert(5, None), [type(x).__name__ for x in iter(t"a{1}{2}b")], attempt(iter(t"").__next__))
import ast

print(ast.dump(ast.parse('t"a{b!r:>{c}}d"', mode="eval").body))
