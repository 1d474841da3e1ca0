"""_random, heapq, bisect and the normal distribution's quantiles: one expression after another."""

import _bisect
import _heapq
import _random
import _statistics


def show(expression):
    try:
        print(expression, "->", repr(eval(expression)))
    except Exception as error:
        print(expression, "->", f"{type(error).__name__}: {error}")


r = _random.Random
for line in r"""
r(1,2)
r(a=1)
r([])
r().seed([])
r().seed(1,2)
r().getrandbits(-1)
r().getrandbits(1<<70)
r().getrandbits(-(1<<70))
r().getrandbits(1.5)
r().getrandbits(0)
r().setstate([])
r().setstate((1,))
r().setstate(tuple([0]*624)+(625,))
r().setstate(tuple([0]*624)+(-1,))
r().setstate(tuple([-1]*624)+(0,))
r().setstate(tuple([1<<32]*624)+(0,))
r().setstate(tuple(['a']*624)+(0,))
r().setstate(tuple([0]*624)+(1<<70,))
r(5).random()
r(-5).random()
r(1<<100).getrandbits(100)
r('a').seed('x')
r().getrandbits(1<<62)
r().setstate(tuple([0]*624)+('a',))
_bisect.bisect_right([1],2,-1)
_bisect.bisect_right(5,2)
_bisect.bisect_right([1],2,hi='a')
_bisect.bisect_right([1,2],2,0,5)
_bisect.insort_right([1],2,0,5)
_bisect.insort_right((1,),2)
_bisect.bisect_right()
_bisect.bisect_left([1,2,3],2,key=lambda v:-v)
_bisect.bisect_right(a=[1],x=1,lo=1.5)
_bisect.bisect_right([1],'a')
_bisect.bisect_right([1],1,hi=None)
_bisect.bisect_right([1],1,0,None,key=None)
_bisect.bisect_right([1],1,0,-1)
_bisect.bisect_right([1,2,3],3,0,-5)
_heapq.heappush((),1)
_heapq.heappop([])
_heapq.heappop(5)
_heapq.heapreplace([],1)
_heapq.heappushpop([],3)
_heapq.heapify(4)
_heapq.heappush([1])
_heapq.heappop_max([])
_heapq.heapify([1,'a'])
_heapq.heappushpop_max((),3)
_statistics._normal_dist_inv_cdf(0.5,1,2)
_statistics._normal_dist_inv_cdf(1.5,1,2)
_statistics._normal_dist_inv_cdf(0,1,2)
_statistics._normal_dist_inv_cdf(.1,1,-2)
_statistics._normal_dist_inv_cdf(.001,1,0)
_statistics._normal_dist_inv_cdf(.001,1,'a')
_statistics._normal_dist_inv_cdf(float('nan'),1,1)
_statistics._normal_dist_inv_cdf(.3,1,1)
_statistics._normal_dist_inv_cdf(1e-20,1,1)
(lambda h:[_heapq.heapify(h)]+[_heapq.heappop(h) for i in range(6)])([5,3,8,1,9,2])
(lambda h:(_heapq.heapify_max(h),_heapq.heappop_max(h),_heapq.heappushpop_max(h,4),_heapq.heapreplace_max(h,0),h))([5,3,8,1,9,2])
(lambda l:(_bisect.insort_left(l,3),_bisect.insort_right(l,3.0),l))([1,2,3,4])
(lambda x:(x.setstate(x.getstate()),x.getrandbits(200)))(r(7))
r(1<<70).getstate()[:4]
r(1.5).getrandbits(64)
""".strip().splitlines():
    show(line)
