# Containers that change while they are compared, sorted, iterated or freed.
def t(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)
class E:
    def __init__(s,h,act=None): s.h=h; s.act=act
    def __hash__(s): return s.h
    def __eq__(s,o):
        if s.act: a=s.act; s.act=None; a()
        return False
    def __repr__(s): return 'E'
d={}
a=E(1); d[a]=1
d[E(1,lambda: d.clear())]=2
print(len(d), list(d.values()))
d={}; 
for i in range(5): d[E(i)]=i
d[E(3, lambda: [d.__setitem__(i,i) for i in range(100)])]='x'
print(len(d))
d={}; d[E(1)]=1; d[2]=2
class K(str):
    __hash__=str.__hash__
    def __eq__(s,o):
        d.clear(); d['a']=1
        return False
d={'k':1,'l':2}
d[K('k')]=3
print(len(d), [str(k) for k in d])
s=set()
s.add(E(1)); s.add(E(1, lambda: s.clear())); print(len(s))
s=set([E(1),E(2)]); print(E(1,lambda: s.update(range(100))) in s, len(s))
l=[E(1),E(2),E(3)]
l[0].act=lambda: l.clear(); t(lambda: l.index(5)); print(l)
l=[E(1),E(2),E(3)]; l[1].act=lambda: l.append(7); print(l.count(7)); 
l=[E(1),E(2),E(3)]; l[1].act=lambda: l.clear(); print(9 in l, l==[1,2,3])
l=[3,1,2]
class B:
    def __init__(s,v): s.v=v
    def __lt__(s,o): l.append(1); return s.v<o.v
l=[B(3),B(1),B(2)]
t(lambda: l.sort()); print([b.v for b in l])
class X:
    def __lt__(s,o): raise ValueError('no')
l=[X() for i in range(200)]; t(lambda: l.sort()); print(len(l))
import itertools
cnt=[0]
class Bad:
    def __init__(s,v): s.v=v
    def __lt__(s,o):
        cnt[0]+=1
        if cnt[0]==777: raise ValueError('mid')
        return s.v<o.v
vals=[(i*7919)%503 for i in range(500)]
l=[Bad(v) for v in vals]; t(lambda: l.sort()); print(sorted([b.v for b in l])==sorted(vals))
class Rnd:
    def __lt__(s,o): cnt[0]+=1; return (cnt[0]*2654435761>>7)&1==1
l=[Rnd() for i in range(1000)]; ids=sorted([id(x) for x in l]); l.sort(); print(sorted([id(x) for x in l])==ids)
l=[1,2,3]
class Key:
    def __call__(s,x): l.append(5); return x
t(lambda: l.sort(key=Key())); print(l)
l=[1,2,3]; t(lambda: l.sort(key=lambda x: 1/0)); print(l)
# self ops
l=[1,2]; l.extend(l); l+=l; l[1:1]=l; print(l); l[::2]=l[1::2] if len(l)%2==0 else l[:]; 
d={1:2}; d.update(d); print(d|d)
s={1,2}; s|=s; s-=s; print(s); s={1,2}; s^=s; print(s); s={1,2}; s.intersection_update(s); print(s)
# iteration errors
def f():
    d={1:1,2:2}
    for k in d: d[k+10]=1
t(f)
def f():
    d={1:1,2:2}
    for k in d: del d[k]; d[k+10]=1
t(f)
def f():
    d={'a':1,'b':2}
    for k in d.items(): d.pop(k[0])
t(f)
def f():
    d=dict.fromkeys(range(10))
    for k in d:
        if k<5: d[k]=7
    return list(d.values())
t(f)
class D:
    def __del__(s): 
        global l; l.append(1)
l=[]; l.append(D()); l.clear(); print(len(l)); l=[D(),D()]; del l[:]; print(len(l)); l=[D()]; l[0]=3; print(l); l=[D(),2]; l.pop(0); print(l)
d={1:D()}; l=[]; d[1]=2; print(l); d={1:D()}; d.clear(); print(l)
# deep
x=[]; 
for i in range(100000): x=[x]
del x
x={}
for i in range(100000): x={1:x}
del x
x=()
for i in range(100000): x=(x,)
del x
a=[]; a.append(a); t(lambda: a); d={}; d[1]=d; t(lambda: d); tt=(a,); a.append(tt); t(lambda: tt)
a=[]; b=[a]; a.append(b); t(lambda: a==b)
x=[]
for i in range(100000): x=[x]
y=[]
for i in range(100000): y=[y]
del x,y
from itertools import *
print(list(islice(count(),3)), list(chain([1],[2])), [k for k,g in groupby([1,1,2])], list(zip_longest([1],[2,3])))
it=iter([1,2,3]); c=cycle(it); print([next(c) for i in range(7)])
a,b=tee(iter(range(200))); print(sum(a)==sum(b)); 
c=chain.from_iterable(iter([[1],[2]])); print(list(c), list(c))
t1=tee(range(100000),2); next(t1[0]); s=sum(t1[0]); del t1; print(s)
g=groupby([1,1,2,2]); k1,g1=next(g); k2,g2=next(g); print(list(g1),list(g2))
print(list(combinations(range(5),3))==[tuple(x) for x in [(0,1,2),(0,1,3),(0,1,4),(0,2,3),(0,2,4),(0,3,4),(1,2,3),(1,2,4),(1,3,4),(2,3,4)]], len(list(permutations(range(6),3))), list(product('ab','cd'))[:3], list(product()), list(permutations([])), list(combinations([],0)), list(combinations_with_replacement([],0)), list(combinations_with_replacement([],1)), list(permutations('ab',0)))
from collections import deque, OrderedDict
q=deque(range(5)); q.rotate(2); print(q); q.rotate(-7); print(q); q.extendleft([9,8]); print(q, q[2], q[-1]); del q[1]; print(q); q.insert(2,'i'); q.remove(0); q.reverse(); print(q, list(reversed(q)))
q=deque(maxlen=3); q.extend(range(10)); q.appendleft(1); print(q); q+=q; print(q); q=q*3; print(q)
o=OrderedDict.fromkeys('abcde')
for i in range(1000): o.popitem(last=False); o[i]=i
print(list(o), o.popitem(), o.popitem(False)); o.move_to_end(997); o.move_to_end(998, False); print(list(o), list(reversed(o)))
o.clear(); o['x']=1; print(o, o=={'x':1}, o!={'x':1}); print(list(o.items()), list(o.values()), 'x' in o.keys(), ('x',1) in o.items())
