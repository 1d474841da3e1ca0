p = re.compile('(a)(?P<n>b)?')
q = re.compile(b'(x)|(?P<w>y+)')
w = re.compile('\\w+', 8)
e = re.compile('x*')
m = p.match('abc')
p
q
w
re1 = re.compile('x', 258)
re1
p.match('abc')
p.match('xab')
p.match('xab', 1)
p.match('xab', 1, 2).groups()
p.match('xab', 5, 2)
p.match('xab', -5, 200)
p.fullmatch('ab')
p.fullmatch('abc')
p.search('xxab')
p.search(string='xxab', pos=3)
p.search('xx')
p.match(b'ab')
p.match(5)
p.match()
p.match('a', 1, 2, 3)
p.match(foo=1)
p.match('a', 'b')
q.match('x')
q.match(bytearray(b'yyy')).group()
q.match(bytearray(b'yyy')).groupdict()
m.group()
m.group(0)
m.group(1, 2, 0)
m.group('n')
m.group('z')
m.group(3)
m.group(-1)
m.group(10**30)
m.group([])
m.group(1.5)
m['n']
m[2]
m[5]
m.start()
m.start(2)
m.end('n')
m.span(1)
m.span(9)
m.span(1, 2)
m.groups()
p.match('a').groups()
p.match('a').groups('d')
p.match('a').groups(default=5)
p.match('a').groupdict()
p.match('a').groupdict('d')
p.match('a').span(2)
m.regs
m.lastindex
m.lastgroup
p.match('a').lastgroup
w.match('a').lastindex
w.match('a').lastgroup
m.pos
m.endpos
m.string
m.re
m.re == p
m.expand
m.__copy__() == m
p.__copy__() == p
p.__deepcopy__({}) == p
p == 5
p == q
hash(e) == hash(e)
p.pattern
p.flags
p.groups
p.groupindex
q.flags
p.findall('abaab')
w.findall('one two  three')
q.findall(b'xyyz')
e.findall('axxb')
w.findall('one two', 1, 5)
w.split('one two')
e.split('axbc')
p.split('xabyaz')
p.split('xabyaz', 1)
p.split('xabyaz', maxsplit=-1)
w.sub('X', 'one two')
w.sub('X', 'one two', 1)
w.sub('X', 'one two', count=-1)
w.subn('X', 'one two')
e.sub('-', 'axxb')
e.sub('', 'axxb')
w.sub(b'X', 'one two')
w.sub('X', b'one two')
q.sub(b'-', b'axyb')
q.sub(bytearray(b'-'), b'axyb')
q.sub('-', b'axyb')
w.sub('z', '')
w.sub('\u4e2d', 'one two')
w.sub('X', '\u4e2d \U0001f600 z')
w.sub(list, 'a b')
w.sub(str, 'a b')
list(w.finditer('a b'))
list(e.finditer('ax'))
w.finditer('a')
s = w.scanner('a b')
s
s.pattern
s.search()
s.search()
s.search()
w.scanner('a b').match()
type(p)()
type(m)()
type(s)()
type(p)
type(m)
type(s)
type(p)[str]
type(m)[bytes]
p.x
_sre.compile('abc', 0, [1099511627776], 0, {}, ())
_sre.compile('abc', 0, [-1], 0, {}, ())
_sre.compile({}, 0, [], 0, [], [])
_sre.compile({}, 0, [], 0, {}, [])
_sre.compile('', 0, [], 0, {}, ())
_sre.compile('', 0, ['a'], 0, {}, ())
_sre.compile('', 0, [1], 5, {}, ())
_sre.compile('', 0, (1,), 5, {}, ())
_sre.compile(1.5, 0, [1], 0, {}, ())
_sre.compile(None, 0, [1], 0, {}, ()).match(b'')
_sre.compile('', 0, [1], -1, {}, ())
_sre.template('x', ['a'])
_sre.template(p, ['a', 1])
_sre.template(p, ['a', 'x', 'b'])
_sre.template(p, ['a', -1, 'b'])
_sre.template(p, ['a', 1, 'b'])
_sre.template(p, [])
_sre.template(p, ('',))
_sre.MAGIC
_sre.CODESIZE
_sre.MAXREPEAT
_sre.MAXGROUPS
_sre.getcodesize()
_sre.ascii_iscased(65)
_sre.ascii_iscased(0xe9)
_sre.ascii_tolower(65)
_sre.unicode_iscased(0x1e9e)
_sre.unicode_tolower(0x130)
_sre.unicode_tolower(-1)
_sre.unicode_tolower('a')
_sre.unicode_tolower(1 << 40)
