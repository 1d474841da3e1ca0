"""str.format, format specifications, f-strings, %-formatting, and their errors."""

import datetime
import decimal


def attempt(function, *args, **kwargs):
    try:
        return repr(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __format__(self, spec):
        return f"<{spec}|{self.x},{self.y}>"

    def __repr__(self):
        return "Point()"


p = Point(1, 2)
print("{} {} {0}".format(1, 2) if False else "{0} {1} {0}".format(1, 2), "{a}{b}".format(a=1, b="x"), "{0.x} {0.y} {1[0]} {1[1]} {2[k]}".format(p, [7, 8], {"k": "v"}))
print("{:>10}|{:<10}|{:^10}|{:*^10}|{:=+8d}".format("r", "l", "c", "s", 42), "{!r} {!s} {!a}".format("é", "é", "é"), "{:{w}.{p}f}".format(3.14159, w=10, p=2), "{{}} {}".format(1))
print("{0:spec:with:colons}".format(p), f"{p:%H}", f"{p}", f"{p!r:>10}", "{:%Y-%m-%d}".format(datetime.date(2024, 2, 29)), f"{decimal.Decimal('1.50'):.1f}")
for template, args in [("{", ()), ("}", ()), ("{}", ()), ("{a}", ()), ("{0}{}", (1, 2)), ("{}{0}", (1, 2)), ("{0.x.z}", (p,)), ("{0[9]}", ([1],)), ("{!x}", (1,)), ("{!}", (1,)), ("{:d}", ("s",)), ("{:s}", (1,)), ("{0[}", (1,)), ("{:,d}", (1234,)), ("{:.2d}", (3,)), ("{:q}", (3,)), ("{0!rr}", (1,)), ("{a.b}", ()), ("{:{}}", (1,)), ("{:>{}}", ("a", 4))]:
    print(template, attempt(template.format, *args))
for spec in ["", "5", "<5", "05", "+", " ", "-", "#x", "#o", "#b", "#X", ",", "_", "_b", "n", "c", "e", ".2f", "%", "x^9", "=+6", "08,", "d", "g", "z", "!"]:
    print(repr(spec), attempt(format, 65, spec), attempt(format, 6.5, spec), attempt(format, "ab", spec))
name, width, value = "w", 8, 3.14159
print(f"{name=}", f"{value=:.2f}", f"{name = !r:>6}", f"{value:{width}.{width // 4}f}", f"{'a' if value else 'b'}", f"{name!r}", f"{ {'k': 1}['k'] }", f"{(lambda q: q * 2)(4)}")
print(f"{f'{f"{1 + 1}"}'}", f"{'\n'.join(['a', 'b'])}", f'{"double" + 'single'}', f"""{
    value  # a comment
    :.1f}""", f"{value:>{width}}|", f"{'x':{'*'}^{5}}", rf"\d{name}\n")
print("%d %i %u %5d|%-5d|%05d %+d % d" % (1, 2, 3, 4, 5, 6, 7, 8), "%x %X %#x %o %#o" % (255, 255, 255, 8, 8), "%e %E %.2e %g %G %f" % (1.5, 1.5, 1.5, 1.5e-10, 1e20, 2), "%c%c" % ("a", 98), "%s %r %a" % ("é", "é", "é"), "%5.1f|%-8s|%8s|%.2s" % (2.25, "ab", "cd", "xyz"), "100%%" % (), "%(a)s %(b)05.1f" % {"a": 1, "b": 2.5}, "%*d|%-*d|%.*f" % (5, 1, 5, 2, 2, 3.14159))
for template, args in [("%d", "x"), ("%d", 1.5), ("%x", 1.5), ("%c", "ab"), ("%c", -1), ("%s", ()), ("%s %s", (1,)), ("%s", (1, 2)), ("%", 1), ("%y", 1), ("%(a)s", 1), ("%(a)s", {}), ("%(a", {"a": 1}), ("%*d", ("x", 1)), ("abc", 1), ("abc", {}), ("%s", [1, 2]), ("%d%%", 50), ("%5%", ())]:
    print(template, attempt(lambda: template % args))
print("{:,}".format(123456789), "{:_}".format(123456789), f"{1e6:,.3f}", f"{123:,x}" if False else attempt(format, 123, ",x"), f"{12345.6789:_.2f}", f"{0.000012345:.3g}", f"{1234.5678:.3}", f"{1234.5678:.6_f}", f"{1234567.1234567:,.7_f}")
print("{:>5}{:^5}".format(True, None) if False else f"{True!s:>5}{None!s:^6}|", attempt(format, None, "5"), attempt(format, [], "5"), format([], ""), attempt(format, p, "abc"), attempt(format, 1, 2))
print("{x}".format_map({"x": 1}), attempt("{x}".format_map, {}), "{0}".format_map([5]) if False else attempt("{0}".format_map, [5]))
