# Sizes, growth, order and hashes of the containers; slices, sorting, views.
import sys

class C: pass
print(sys.getsizeof({}),sys.getsizeof({1:1}),sys.getsizeof({'a':1}), sys.getsizeof(dict(a=1,b=2)))
print(sys.getsizeof(list((1,2,3))),sys.getsizeof([1,2,3]),sys.getsizeof(list(range(10))),sys.getsizeof(list({1,2,3})),sys.getsizeof([*(1,2,3)]),sys.getsizeof([x for x in range(3)]), sys.getsizeof([1]+[2,3]), sys.getsizeof([1,2,3][:2]),sys.getsizeof(sorted((1,2,3))), sys.getsizeof(list("abc")), sys.getsizeof(list(iter((1,2,3)))))
class D:
    def __init__(self): self.a=self.b=self.c=1
d=D(); print(sys.getsizeof(d), sys.getsizeof(d.__dict__))
for i in range(40): d=D()
print(sys.getsizeof(d), sys.getsizeof(d.__dict__))
print(sys.getsizeof(dict(d.__dict__)), sys.getsizeof(d.__dict__.copy()))
l=[]; s=[]
for i in range(100): l.append(i); s.append(sys.getsizeof(l))
print(s)
s=[]
while l: l.pop(); s.append(sys.getsizeof(l))
print(s)
d={}; s=[]
for i in range(300): d[i]=i; s.append(sys.getsizeof(d))
print(s)
d={}; s=[]
for i in range(100): d[str(i)]=i; s.append(sys.getsizeof(d))
print(s)
x=set(); s=[]
for i in range(300): x.add(i); s.append(sys.getsizeof(x))
print(s)
print(sys.getsizeof(d.copy()), sys.getsizeof({**d}), sys.getsizeof(dict(d)), sys.getsizeof(dict(x for x in d.items())), sys.getsizeof(dict.fromkeys(d)), sys.getsizeof(dict.fromkeys(list(d))), sys.getsizeof({1:1,2:2,3:3,4:4,5:5,6:6,7:7}), sys.getsizeof({'a':1,'b':1,'c':3,'d':4,'e':4,'f':4}))
print(sys.getsizeof(set(range(100))), sys.getsizeof({1,2,3}), sys.getsizeof(set(d)), sys.getsizeof(x|{1000}), sys.getsizeof(x&x), sys.getsizeof(x-{1}), sys.getsizeof(x.copy()), sys.getsizeof(x^set(range(50,1000))))
for i in range(0,300,3): x.discard(i)
print(sys.getsizeof(x)); x-=set(range(200)); print(sys.getsizeof(x), list(x)); print(list(x|set(range(1000,1020))), x.pop(), x.pop(), list(x)[:5])
print([hash(t) for t in [(),(1,),(1,2),(1,2,(3,4)),slice(1,2,3),range(5),range(0),range(1,2,5),frozenset(),frozenset([1]),frozenset(range(100)),frozenset([frozenset([1]),frozenset([2])])]])
print(list({3,1,2,50,17,33,65}), list(frozenset([100,200,300,400,8,16,24])))
print({1:2}|{3:4}, {1,2}|{3}, [1,2]*2, (1,2)+(3,), [1,2,3,4,5][::-2], (1,2,3,4)[1:3])
a=list(range(10)); del a[::3]; print(a); a[::2]=['x','y','z']; print(a); a[1:3]=[]; print(a); a[10:]=[1,2]; print(a); a*=2; print(a); a.insert(-1,'q'); a.remove('x'); a.reverse(); print(a,a.index('q'),a.count(1))
import itertools
r=[(i*7919)%1000 for i in range(2000)]
print(sorted(r)==sorted(sorted(r,reverse=True)), sorted(r,key=lambda v:-v)[:5], sorted(r, key=lambda v:v%10)[:12], sorted(r,key=lambda v:v%10,reverse=True)[:12])
class K:
    def __init__(self,v,i): self.v=v; self.i=i
    def __lt__(self,o): return self.v<o.v
ks=[K(v%13,i) for i,v in enumerate(r)]; ks2=sorted(ks); print([(k.v,k.i) for k in ks2][:10], all([ (ks2[i].v,ks2[i].i)<(ks2[i+1].v,ks2[i+1].i) for i in range(len(ks2)-1)]))
ks2=sorted(ks,reverse=True); print([(k.v,k.i) for k in ks2][:10])
m=[K(v,i) for i,v in enumerate(list(range(100))+list(range(50,150))+list(range(0,120)))]; m2=sorted(m); print(all([ (m2[i].v,m2[i].i)<(m2[i+1].v,m2[i+1].i) for i in range(len(m2)-1)]))
print(sorted(['b','a','é','\u4e2d','z\U0001F600']), sorted([1.5,-2.0,0.0]), sorted([3,2,10**30,-10**30]), sorted([(1,'b'),(1,'a'),(0,'c')]))
d={i:i for i in range(10)}; del d[3]; print(d.popitem(), list(d), list(reversed(d)), list(d.items())[:2], list(reversed(d.values())))
print(d.keys()&{1,2}, d.keys()|{99}, d.keys()-[1,2], d.items()&{(1,1)}, d.keys()^{1}, {1}<d.keys(), d.keys()=={1}, d.keys().isdisjoint([77]))
print(list(range(5,-5,-3)), range(10)[2:8:3], list(reversed(range(5))), 3 in range(10), range(10).index(4), len(range(0,100,7)), list(range(10**20,10**20+3)), range(10**20)[-1])
print(list(zip('ab',[1,2],(3,4))), list(map(lambda a,b:a+b,[1,2],[3,4])), list(filter(None,[0,1,2])), list(enumerate('ab',5)), list(reversed([1,2,3])), list(enumerate('ab',2**63-1)))
class I:
    def __getitem__(self,i):
        if i>3: raise IndexError
        return i
print(list(I()), list(iter(I())))
o=D(); o.z=5; o.a=9; del o.b; o.b=7; print(o.__dict__, list(o.__dict__)); o.__dict__['q']=1; print(o.q, o.__dict__); del o.a; print(o.__dict__); dd=o.__dict__; o.__dict__={'n':1}; print(o.n, dd); 
for i in range(40): setattr(o,'x%d'%i,i) if hasattr(o,'n') else None
print(len(o.__dict__))
o=D()
for i in range(40): setattr(o,'x%d'%i,i)
print(len(o.__dict__), o.x39, o.a)
def leak():
    o=D(); o.w=1
    return o.__dict__
print(leak())
