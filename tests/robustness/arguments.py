"""Built-in types and functions with arguments that make no sense: a result or an exception."""

import collections
import itertools
import math
import sys

EXPRESSIONS = """
'x' * sys.maxsize
b'x' * sys.maxsize
[1] * sys.maxsize
(1,) * sys.maxsize
bytearray(1) * sys.maxsize
range(2**100)[2**99]
range(2**100)[::2**98]
len(range(2**100))
int('9' * 10**6)
str(10**5000)
1 << 10**18
1 << -1
bytes(2**62)
bytes(-1)
bytearray(2**62)
memoryview(b'abcd').cast('Q')
memoryview(b'abcd').cast('B', [2**62, 2**62])
memoryview(b'abcd').cast('zz')
memoryview(b'abcd').cast('B', [0])
'%.*f' % (2**31, 1.0)
'%.*f' % (10**9, 1.0)
'%' + 'd' % ()
'%*d' % (2**62, 1)
format(1.0, '.2147483648f')
format('x', '99999999999999999999')
format(1.5, '.99999999999999999999')
'{:{}}'.format(1, 2**62)
'{0[0][0]}'.format([1])
'{99999999999999999999}'.format(1)
'x'.center(sys.maxsize)
'x'.ljust(2**62)
'x'.zfill(sys.maxsize)
'\\t'.expandtabs(sys.maxsize)
'a'.replace('', 'x' * 10, sys.maxsize)
'a'.join([1])
chr(-1)
chr(0x110000)
round(1.5, 2**100)
pow(2, -1, 0)
pow(2, 2**70, 0)
divmod(1, 0)
int.from_bytes(b'', 'middle')
(5).to_bytes(2**62, 'big')
(5).to_bytes(-1, 'big')
float('1e' + '9' * 1000)
float('nan').as_integer_ratio()
float.fromhex('0x1p' + '9' * 100)
complex('1+')
math.factorial(-1)
math.comb(2**70, 2**69)
math.perm(10, -1)
math.isqrt(-1)
math.ldexp(1, 2**62)
hash(2**61 - 1)
slice(1, 2, 0).indices(5)
slice(None).indices(-1)
[1, 2, 3][:: -sys.maxsize]
[1].insert(2**70, 1)
[1].pop(2**70)
list(itertools.islice([1], 2**70))
itertools.repeat(1, 2**70)
collections.deque(maxlen=2**70)
collections.deque(maxlen=-1)
iter(int, 1, 2)
type('x' * 10**6, (), {})
type('\\0', (), {})
type('a', (), {'__slots__': ['\\0']})
setattr(object, 'x', 1)
getattr(1, '\\ud800')
eval('\\0')
compile('x', '\\0', 'exec')
compile('x', 's', 'nonsense')
exec('x', [])
open('\\0')
__import__('\\0')
__import__('')
print(end=1)
input.__call__(1, 2)
sum([[1]] * 3, [])
max()
max([], default=1, key=1)
zip([1], strict=2)
sorted([1, 'a'])
sorted([1], key=1)
enumerate([1], 2**100)
reversed({1})
bytes([256])
bytes('x', 'nonsense')
b'x'.decode('\\0')
'x'.encode('idna', 'nonsense')
str(b'x', 'utf-8', 'nonsense')
'\\ud800'.encode()
int('1' * 5000)
int('z', 37)
int('1', 1)
sys.setrecursionlimit(-1)
sys.setrecursionlimit(2**40)
sys.getsizeof()
sys.intern(1)
object.__new__(int)
int.__new__(str)
list.__new__(dict)
type.__call__(type)
super().x
super(int, 'a')
property().__get__(1)
(lambda: 0).__code__.replace(co_argcount=10)
(lambda: 0).__code__.replace(co_code=b'')
(lambda: 0).__code__.replace(co_code=b'a')
BaseExceptionGroup('', [])
ExceptionGroup('', [KeyboardInterrupt()])
memoryview(b'').cast('B', [])
memoryview(bytearray(4))[2**70]
float.__format__(1.5, '\\ud800')
"""
for line in EXPRESSIONS.strip().splitlines():
    try:
        value = eval(line)
        outcome = type(value).__name__
    except Exception as error:
        outcome = type(error).__name__
    print(line, "->", outcome)
