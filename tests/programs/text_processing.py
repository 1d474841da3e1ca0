"""Working with text: parsing logs, tables, wrapping, templates, CSV by hand, word counts, unicode."""

LOG = """\
2024-01-05 10:00:01 INFO  server started port=8080
2024-01-05 10:00:07 WARN  slow request path=/index ms=1204
2024-01-05 10:01:13 ERROR failed request path=/api ms=30 code=500
2024-01-06 09:00:00 INFO  request path=/index ms=12
"""


def parse(line):
    date, time, level, *rest = line.split()
    words = [w for w in rest if "=" not in w]
    fields = dict(w.split("=", 1) for w in rest if "=" in w)
    return {"date": date, "time": time, "level": level, "message": " ".join(words), **fields}


records = [parse(line) for line in LOG.splitlines()]
for r in records:
    print(r)
by_level = {}
for r in records:
    by_level.setdefault(r["level"], []).append(r)
print({k: len(v) for k, v in by_level.items()}, sum(int(r.get("ms", 0)) for r in records))


def table(rows, headers):
    rows = [[str(c) for c in row] for row in rows]
    widths = [max(len(h), *(len(r[i]) for r in rows)) for i, h in enumerate(headers)]
    line = "+".join("-" * (w + 2) for w in widths)
    out = [" | ".join(h.ljust(w) for h, w in zip(headers, widths)), line]
    for row in rows:
        out.append(" | ".join(c.rjust(w) if c.isdigit() else c.ljust(w) for c, w in zip(row, widths)))
    return "\n".join(s.rstrip() for s in out)


print(table([(r["level"], r.get("path", "-"), r.get("ms", "")) for r in records], ["level", "path", "ms"]))


def parse_csv(text):
    rows, row, field, quoted = [], [], "", False
    i = 0
    while i < len(text):
        ch = text[i]
        if quoted:
            if ch == '"' and text[i + 1 : i + 2] == '"':
                field += '"'
                i += 1
            elif ch == '"':
                quoted = False
            else:
                field += ch
        elif ch == '"':
            quoted = True
        elif ch == ",":
            row.append(field)
            field = ""
        elif ch == "\n":
            rows.append(row + [field])
            row, field = [], ""
        else:
            field += ch
        i += 1
    return rows


print(parse_csv('a,b,"c,d"\n1,"say ""hi""",\n"multi\nline",x,y\n'))


def wrap(text, width):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return lines + [line] if line else lines


def justify(line, width):
    words = line.split()
    if len(words) == 1:
        return line
    gaps, spaces = len(words) - 1, width - sum(map(len, words))
    return "".join(w + " " * (spaces // gaps + (i < spaces % gaps)) for i, w in enumerate(words[:-1])) + words[-1]


prose = "In the beginning there was a long line of words that had to be broken into pieces of equal width."
for line in wrap(prose, 28):
    print(f"|{justify(line, 28)}|")
print("\n".join(f"{line:^30}|" for line in wrap(prose, 22)[:2]))
words = prose.lower().replace(".", "").split()
print(sorted(set(words), key=lambda w: (-words.count(w), -len(w), w))[:6], sum(map(len, words)) / len(words), max(words, key=len))
print([w[::-1] for w in words[:3]], " ".join(w.capitalize() for w in words[:4]), "".join(sorted(set("".join(words)))), [w for w in "level radar python noon".split() if w == w[::-1]])
for text in ["naïve café", "Ελληνικά", "日本語テキスト", "😀 emoji", "ﬁne", "İstanbul", "ǅungla"]:
    print(text.upper(), text.lower(), text.title(), text.swapcase(), text.casefold(), len(text), len(text.encode()), text[::-1], [f"{ord(c):x}" for c in text[:2]])
template = "Dear {name:>10}, you owe {amount:,.2f} {currency!r} by {due:%d %B %Y}."
import datetime

print(template.format(name="Ann", amount=12345.678, currency="EUR", due=datetime.date(2024, 3, 1)))
print("\t".join(["a", "b"]).expandtabs(4), "x=%-5s|y=%5s|" % ("1", "2"), "A-B_C".translate(str.maketrans("-_", "  ")), "%s" % ("tuple",), "line1\nline2".splitlines(keepends=True))
