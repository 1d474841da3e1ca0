"""Reference, the standard library: its philosophy (`import this`) and a use of each module that it lists, part one."""

import this
import array
import bisect
import cmath
import collections
import configparser
import csv
import decimal
import fractions
import functools
import glob
import heapq
import io
import itertools
import json
import math
import operator
import os
import os.path
import pathlib
import random
import shutil
import statistics
import string
import tempfile
import textwrap
import unicodedata

print(len(this.s.splitlines()), this.d["a"])
d = collections.defaultdict(list)
d["a"].append(1)
print(d, collections.Counter("mississippi").most_common(2), collections.deque([1, 2, 3], maxlen=2), collections.ChainMap({"a": 1}, {"a": 2, "b": 3})["b"])
o = collections.OrderedDict(a=1, b=2)
o.move_to_end("a")
print(o, o.popitem(last=False))
heap = [5, 1, 4]
heapq.heapify(heap)
heapq.heappush(heap, 0)
print(heapq.heappop(heap), heapq.nlargest(2, heap), list(heapq.merge([1, 4], [2, 3])))
print(bisect.bisect([1, 3, 5], 3), bisect.bisect_left([1, 3, 5], 3), array.array("i", [1, 2, 3]).tobytes(), array.array("d", [1.5]))
print(list(itertools.accumulate([1, 2, 3])), list(itertools.islice(itertools.count(5, 2), 3)), list(itertools.permutations("abc", 2))[:2], list(itertools.batched("abcde", 2)), [(k, list(g)) for k, g in itertools.groupby("aab")])
print(functools.reduce(operator.mul, [1, 2, 3, 4]), operator.itemgetter(1, 0)("ab"), operator.attrgetter("real")(5), operator.methodcaller("upper")("x"))
print(math.sqrt(2), math.sin(1), math.log(10, 2), math.comb(5, 2), math.isclose(0.1 + 0.2, 0.3), math.fsum([0.1] * 10), cmath.sqrt(-1), cmath.polar(1j))
print(decimal.Decimal("0.1") + decimal.Decimal("0.2"), decimal.Decimal(1) / 3, fractions.Fraction(1, 3) + fractions.Fraction(1, 6), fractions.Fraction(0.25))
random.seed(42)
print(random.random(), random.randint(1, 100), random.choice("abc"), random.sample(range(10), 3), random.gauss(0, 1))
print(statistics.mean([1, 2, 3, 4]), statistics.median([1, 3, 2]), statistics.variance([1, 2, 3, 4]), statistics.stdev([1.5, 2.5]), statistics.mode("aab"))
folder = tempfile.mkdtemp()
path = pathlib.Path(folder) / "sub" / "file.txt"
path.parent.mkdir()
path.write_text("hello\n")
print(path.name, path.suffix, path.stem, path.exists(), path.read_text(), path.relative_to(folder), os.path.join("a", "b"), os.path.splitext("x.tar.gz"))
shutil.copy(path, path.with_suffix(".bak"))
print(sorted(os.path.basename(p) for p in glob.glob(str(path.parent / "*"))), sorted(p.name for p in path.parent.glob("*.bak")), [(os.path.basename(r), sorted(f)) for r, _, f in os.walk(folder)][1])
shutil.rmtree(folder)
print(os.path.exists(folder), os.environ.get("NOT_SET", "none"), os.sep, os.name)
print(json.dumps({"b": [1, 2.5, None, True], "a": "\xe9"}, sort_keys=True, indent=1), json.loads('{"x": [1, 2]}'))
buffer = io.StringIO()
writer = csv.DictWriter(buffer, ["a", "b"])
writer.writeheader()
writer.writerow({"a": 1, "b": 'say "hi", ok'})
print(buffer.getvalue(), list(csv.reader(io.StringIO(buffer.getvalue()))))
config = configparser.ConfigParser()
config.read_string("[one]\nkey = value\npath = %(key)s/x\nnumber = 5\n")
print(config["one"]["path"], config.getint("one", "number"), config.sections(), config.has_option("one", "no"))
print(string.ascii_lowercase, string.Template("$a ${b}").substitute(a=1, b=2), string.capwords("a bc"), string.Formatter().format("{0}{x}", 1, x=2))
print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20), textwrap.dedent("  a\n    b"), textwrap.shorten("hello big world", 12))
print(unicodedata.name("\xe9"), unicodedata.normalize("NFD", "\xe9"), unicodedata.category("A"), unicodedata.lookup("GREEK SMALL LETTER PI"))
