"""Format specifications across numbers: alignment, signs, grouping, precision, types, nested fields."""

ints = [0, 7, -42, 123456789, 2**70]
floats = [0.0, -0.0, 1.5, -2.25, 1234567.891, 1e-7, 1e21, float("inf"), float("nan")]
for spec in ["", "d", "5", "<8", ">8", "^8", "08", "+", " ", "+08,", ",", "_", "x", "#x", "#X", "o", "b", "#b", "#010b", "_b", "c", "n", "e", ".2f", "g", "%", "*^15", "=+12", "010,"]:
    row = []
    for n in ints:
        try:
            row.append(format(n, spec))
        except (ValueError, OverflowError) as error:
            row.append(type(error).__name__)
    print(repr(spec), row)
for spec in ["", "f", ".0f", ".1f", ".3f", "e", ".2e", "E", "g", ".3g", ".10g", "G", "n", "%", ".1%", ",", ",.2f", "_.1f", "10.2f", "<10.2f", "^12.1e", "+.1f", " .1f", "012.3f", "#.0f", "#g", "z.1f", ".2", "10", "*>10", ".0e", ".50g", "x"]:
    row = []
    for x in floats:
        try:
            row.append(format(x, spec))
        except ValueError as error:
            row.append(str(error)[:40])
    print(repr(spec), row)
for template in ["%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%#x", "%X", "%o", "%#o", "%e", "%.3e", "%f", "%.1f", "%8.2f|", "%-8.2f|", "%08.2f", "%g", "%.3g", "%#g", "%s", "%r", "%a", "%c", "%%", "%10s|", "%-10s|", "%.2s", "%i", "%u", "%5.1f%%", "%ld", "%hd"]:
    row = []
    for v in (65, -3.75):
        try:
            row.append(template % (() if template == "%%" else v))
        except (TypeError, ValueError) as error:
            row.append(str(error)[:45])
    print(template, row)
width, precision, fill = 12, 4, "*"
print(f"{3.14159265:{fill}^{width}.{precision}f}", f"{42:{fill}>{width}}", f"{1e6:,.{precision - 2}f}", f"{'text':{fill}<{width}}", f"{True:d} {True} {True:>6}", f"{None!s:>6}", "{:{}{}{}.{}}".format(2.71828, "#", "<", 10, 3), "%*.*f" % (10, 3, 2.71828), "%-*d|" % (6, 42))
print([round(x, n) for x in (2.675, 1.005, 0.5, 1.5, 2.5, -0.5, 1e16 + 0.5) for n in (0, 1, 2)], [f"{x:.0f}" for x in (0.5, 1.5, 2.5, 3.5)], [repr(x) for x in (0.1, 1e16, 1e15, 1e-4, 1e-5, 1.1e-5, 123456789012345678.0, 5e-324, 1.7976931348623157e308, 2**53 + 1.0)])
print([str(10.0**n) for n in range(-8, 24, 4)], [f"{10**n:,}" for n in range(0, 13, 3)], [hex(n) for n in (-1, 0, 2**64)], [f"{n:b}" for n in range(5)], [int(f"{n:x}", 16) for n in (10, 255)])
print(complex(1, -2), f"{1 + 2j:.2f}", f"{3j}", str(-0j), f"{1e20 + 1e-20j:g}", [float(s) for s in ("1e5", " 2.5 ", "1_000.5", "inf", "-Infinity", "nan", ".5", "5.")], [x.hex() for x in (1.0, 0.1, -2.5, 0.0)])
