"""array: one expression after another, errors included."""

import array as A
import warnings
from array import array


def show(expression):
    try:
        print(expression, "->", repr(eval(expression)))
    except Exception as error:
        print(expression, "->", f"{type(error).__name__}: {error}")


warnings.simplefilter("ignore")


class S(array):
    pass


class I:
    def __index__(self):
        return 5


class F:
    def __float__(self):
        return 5.5


for line in r"""
array()
array(1)
array('xx')
array('x')
array('i',1)
array('i',[1,2,'a'])
array('i',[1.5])
array('i','abc')
array('u','abc')
array('w','abc')
array('w',[1])
array('w',['ab'])
array('u',['ab'])
array('b','a')
array('b',b'abc')
array('i',b'abc')
array('i',bytearray(b'abcd'))
array('i',array('b',[1,2]))
array('i',array('u','a'))
array('u',array('w','a'))
array('w',array('u','a'))
array('f',array('d',[1.5]))
array('i',(1,2))
array('i',range(3))
array('i',None)
array('i',[],1)
array(typecode='i')
S('i',[1],foo=2)
array('b',[128])
array('b',[-129])
array('B',[256])
array('B',[-1])
array('h',[32768])
array('h',[-32769])
array('H',[65536])
array('H',[-1])
array('i',[1<<31])
array('i',[-(1<<31)-1])
array('I',[1<<32])
array('I',[-1])
array('l',[1<<63])
array('l',[-(1<<63)-1])
array('L',[1<<64])
array('L',[-1])
array('q',[1<<63])
array('Q',[1<<64])
array('Q',[-1])
array('b',['a'])
array('B',['a'])
array('h',['a'])
array('H',['a'])
array('I',['a'])
array('L',['a'])
array('q',['a'])
array('Q',['a'])
array('f',['a'])
array('d',['a'])
array('b',[1.5])
array('B',[1.5])
array('I',[1.5])
array('L',[1.5])
array('Q',[1.5])
array('q',[1.5])
array('l',[1.5])
array('i',[I()]),array('B',[I()]),array('I',[I()]),array('L',[I()]),array('Q',[I()]),array('d',[I(),F()])
array('f',[1e300])
array('f',[1e39,float('nan')])
array('i',[1])[1]
array('i',[1])['a']
array('i',[1])[1.5]
array('i',[1]).__setitem__(2,1)
array('i',[1]).__setitem__('a',1)
array('i',[1]).__delitem__(2)
array('i',[1,2,3])[::2]
array('i',[1,2,3]).__setitem__(slice(0,1),[1])
array('i',[1,2,3]).__setitem__(slice(0,1),array('b',[1]))
array('i',[1,2,3]).__setitem__(slice(0,3,2),array('i',[1]))
array('i',[1,2,3])+1
array('i',[1,2,3])+array('b')
array('i',[1,2,3]).__iadd__([1])
array('i',[1,2,3]).__iadd__(array('b'))
array('i',[1,2])*2
2*array('i',[1,2])
array('i',[1,2])*'a'
array('i',[1,2])*(1<<62)
array('i',[1,2]).append('a')
array('i',[1,2]).append(1<<40)
array('i',[1,2]).extend(5)
array('i',[1,2]).extend(array('b',[1]))
array('i',[1,2]).extend([1,'a'])
array('i',[1,2]).fromlist((1,))
array('i',[1,2]).fromlist([1,'a'])
array('i',[1,2]).frombytes('a')
array('i',[1,2]).frombytes(b'abc')
array('i',[1,2]).fromunicode('a')
array('u').fromunicode(1)
array('w').fromunicode(1)
array('i',[1,2]).tounicode()
array('u','ab').tounicode()
array('w','a\U00012345').tounicode()
array('i',[1,2]).tobytes()
array('i',[1,2]).tolist()
array('i',[1,2]).tofile(1)
array('i',[1,2]).fromfile(1,2)
array('i',[1,2]).index(3)
array('i',[1,2]).index(2,5)
array('i',[1,2]).index(2,-1,10)
array('i',[1,2]).remove(3)
array('i',[1,2]).pop(3)
array('i').pop()
array('i',[1,2]).pop('a')
array('i',[1,2]).insert(-10,5)
array('i',[1,2]).count(2.0)
array('i',[1,2]).byteswap()
array('i',[1,2]).buffer_info()[1]
array('i',[1,2]).__reduce_ex__(2)
array('i',[1,2]).__reduce_ex__(3)
array('u','ab').__reduce_ex__(2)
array('u','ab').__reduce_ex__(3)
S('i',[1,2]).__reduce_ex__(3)
array('d',[1,2]).__reduce_ex__(3)
array('l',[1,2]).__reduce_ex__(3)
array('w','a').__reduce_ex__(4)
array('i',[1,2])==array('d',[1.0,2.0])
array('i',[1,2])<array('i',[1,3])
array('i',[1,2])<[1,3]
array('i',[1,2])==[1,2]
array('u','ab')==array('w','ab')
array('i').typecode,array('i').itemsize
array('i').__sizeof__(),array('i',[1,2]).__sizeof__()
[(lambda a:[a.append(0) or a.__sizeof__() for i in range(20)])(array('b'))]
repr(array('i')),repr(array('d',[1.5])),repr(array('u','a"\'')),repr(array('w')),repr(S('i',[1]))
iter(array('i',[1])).__reduce__()
iter(array('i',[1,2])).__setstate__(1)
array[int]
A._array_reconstructor(array,'i',8,b'\1\0\0\0')
A._array_reconstructor(array,'i',8,'a')
A._array_reconstructor(array,'i',8,b'a')
A._array_reconstructor(array,'i',1,b'\xff')
A._array_reconstructor(array,'b',8,b'\xff\1\2\3')
A._array_reconstructor(array,'u',18,b'a\0b\0')
(lambda a:(memoryview(a),a.append(1)))(array('i'))
array('i',[1,2]).__copy__(),array('i',[1]).__deepcopy__({})
array('i',[1,2]).__contains__('a')
array('i',[3,2,1]).reverse()
array('i',[1]).clear()
array.__new__.__text_signature__
array.__module__,array.__name__,A.ArrayType
type(iter(array('i')))
array.__mro__
""".strip().splitlines():
    show(line)
