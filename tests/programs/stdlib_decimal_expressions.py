"""decimal: one expression after another, contexts and errors included."""

import decimal as D
from decimal import *


def show(expression):
    try:
        print(expression, "->", repr(eval(expression)))
    except Exception as error:
        print(expression, "->", f"{type(error).__name__}: {error}")


for line in r"""
format(Decimal('1234567.891'),',.2f')
format(Decimal('1234567.891'),'_.2f')
format(Decimal('1234567.891'),'#')
format(Decimal('1234567'),'#.0f')
format(Decimal('1234567.891'),'020,.1f')
format(Decimal('1E+5'),'f')
format(Decimal('NaN123'),'010')
format(Decimal('-Infinity'),'010%')
format(Decimal('1.5'),'d')
format(Decimal('1.5'),'z.0f')
format(Decimal('-0.001'),'z.1f')
format(Decimal('1.5'),'é^10')
format(Decimal('1.5'),'.3e')
format(Decimal('0'),'.3e')
format(Decimal('12345'),'.3g')
format(Decimal('1.5'),'n')
format(Decimal('1.5'),5)
format(Decimal('1.23456'),'._f')
format(Decimal('0.00001'),'%')
Decimal('x')
Decimal([1])
Decimal((0,(1,2),-1))
Decimal((0,(1,12),-1))
Decimal((2,(1,),1))
Decimal((0,(1,),'x'))
Decimal((0,(1,),'F')),Decimal((1,(),'n')),Decimal((0,(1,2),'N'))
Decimal((0,1))
Decimal((0,1,2))
Decimal(None)
Decimal(1.1)
Decimal(' 1_000.5 ')
Decimal('1__0')
Decimal('٣')
Decimal('1e9999999999999999999')
Decimal(1,2)
Decimal(1,context=None)
Decimal(1)+1.0
Decimal(1)+'a'
Decimal(1)/0
Decimal(0)/0
Decimal('sNaN')+1
Decimal(1)==1.0
Decimal(1)<1.5
Decimal('NaN')<1
Decimal('sNaN')==1
Decimal(1)<'a'
int(Decimal('NaN'))
int(Decimal('Infinity'))
int(Decimal('-1.9'))
float(Decimal('sNaN'))
float(Decimal('1.5'))
round(Decimal('2.5'))
round(Decimal('2.55'),1)
round(Decimal('1'),'a')
round(Decimal('NaN'))
Decimal('1.5').__floor__(),Decimal('1.5').__ceil__(),Decimal('-1.5').__trunc__()
Decimal('1.5').as_integer_ratio()
Decimal('NaN').as_integer_ratio()
Decimal('inf').as_integer_ratio()
Decimal('-1.50').as_tuple()
Decimal('sNaN5').as_tuple()
Decimal('inf').as_tuple()
Decimal('1').exp(context=5)
Decimal('1').exp(5)
Decimal('1').quantize(2)
Decimal('1').quantize('0.1')
Decimal('1.25').quantize(Decimal('0.1'),rounding='ROUND_UP')
Decimal('1.25').quantize(Decimal('0.1'),rounding='x')
Decimal('1.25').quantize(Decimal('0.1'),rounding=1)
Decimal('1.25').to_integral(rounding='ROUND_UP')
Decimal('1e400').quantize(Decimal('0.1'))
Decimal(2)**Decimal('0.5')
pow(Decimal(2),3,5)
pow(Decimal(2),3.0,5)
2**Decimal(3)
divmod(Decimal(7),2)
7//Decimal(2)
Decimal(1).real,Decimal(1).imag
Decimal(1).from_float(1)
Decimal.from_float(0.1)
Decimal.from_float('a')
Decimal.from_number(1.5)
Decimal.from_number('1')
Decimal.from_number(True)
Decimal('1').__reduce__()
Decimal('1').__copy__(),Decimal('1').__deepcopy__(1)
Decimal('1').__complex__()
Decimal('1').__sizeof__()
repr(Decimal('-1E+3')),str(Decimal('1e3'))
Context()
Context(prec=0)
Context(prec='a')
Context(prec=1<<70)
Context(rounding='x')
Context(rounding=1)
Context(Emin=1)
Context(Emax=-1)
Context(capitals=2)
Context(clamp=2)
Context(traps=[1])
Context(traps=5)
Context(traps=[Inexact],flags=[Rounded])
Context(1,2,3)
Context(foo=1)
Context(prec=5).__reduce__()
Context().__copy__()
Context().traps
Context().flags
Context().flags[Inexact]
Context().flags[1]
Context().flags[ValueError]
len(Context().flags)
list(Context().flags)
Context().flags.copy()
Context().flags==Context().flags
Context().foo
setattr(Context(),'foo',1)
setattr(Context(),'prec',0)
setattr(Context(),'Emin',5)
setattr(Context(),'rounding','a')
setattr(Context(),'traps',5)
delattr(Context(),'prec')
Context().Etiny(),Context().Etop(),Context().radix()
Context().add(1,2)
Context().add(1,'2')
Context().add(1,2.0)
Context().power(2,3)
Context().power(2,3,5)
Context().power(a=2,b=3,modulo=5)
Context(prec=3).create_decimal('1.23456')
Context(prec=3).create_decimal()
Context(prec=3).create_decimal_from_float(1/3)
Context().create_decimal('x')
Context().to_sci_string(Decimal('1e5')),Context(capitals=0).to_sci_string(Decimal('1e5'))
Context().is_nan(1),Context().number_class(-1)
Context().copy_decimal(5),Context().canonical(5)
Context().canonical(Decimal(5))
Context().divmod(7,2)
Context().same_quantum(1,2)
Context()._apply(Decimal('1.00'))
getcontext()
setcontext(5)
localcontext(5)
localcontext(foo=5)
(lambda m:(m.__enter__().prec,getcontext().prec,m.__exit__(None,None,None),getcontext().prec))(localcontext(prec=7))
IEEEContext(64)
IEEEContext(5)
Decimal(3).compare(4),Decimal(3).compare_total(Decimal('3.0')),Decimal('nan').compare(1)
Decimal(3).max(4),Decimal(3).min('4')
Decimal('1').logical_and(11)
Decimal('1.5').normalize(),Decimal('1.0').next_plus(),Decimal('1').ln(),Decimal(2).sqrt(),Decimal(10).log10()
Decimal(1)/3
-Decimal('0'),+Decimal('-0'),abs(Decimal('-1.5'))
bool(Decimal('0')),bool(Decimal('nan'))
Decimal('1').is_normal(),Decimal('1').is_canonical(),Decimal('1').adjusted(),Decimal('inf').adjusted()
Decimal(5).radix(),Decimal(5).conjugate(),Decimal(5).canonical()
Decimal('1.23').shift(1),Decimal('1.23').rotate(1),Decimal('1.23').scaleb(2)
Decimal('5').fma(2,3),Decimal('5').remainder_near(3)
Decimal('5').to_eng_string(),Decimal('5').number_class()
DivisionByZero.__mro__[1:4]
Decimal('1').foo
setattr(Decimal(1),'a',1)
Decimal('Infinity')-Decimal('Infinity')
Decimal('9.99e999999')*10
MAX_PREC,HAVE_THREADS,D.__version__
Context(flags=[D.InvalidOperation,D.FloatOperation,D.DivisionByZero,D.Overflow,D.Underflow,D.Subnormal,Inexact,Rounded,D.Clamped])
Decimal('1234567.5').__format__('f',{})
Decimal('1234567.5').__format__('.1f',{'decimal_point':','})
Decimal('1234567.5').__format__('n',{'decimal_point':','})
Decimal('1234567.5').__format__('n',{'decimal_point':5})
(lambda c:(c.flags[Inexact],c.flags.__setitem__(Inexact,1),c.flags[Inexact],c.flags.copy()[Inexact],len(c.flags),c))(Context())
(lambda c:(c.traps==c.traps,c.traps==c.flags,c.flags==c.flags.copy()))(Context())
(lambda c:(setattr(c,'prec',5),c.divide(1,3),c.flags[Inexact],c.clear_flags(),c))(Context())
(lambda c:c.flags.__delitem__(Inexact))(Context())
(lambda c:c.flags[5])(Context())
(lambda m:(m.__enter__(),Decimal(1)/3,m.__exit__(1,2,3)))(localcontext(prec=4))
Decimal(3)==3, 3==Decimal(3), Decimal(3)!=3.5, Decimal(2)>1, Decimal('nan')==Decimal('nan'), Decimal('nan')!=1
[Decimal(x).__format__('.2f') for x in ('1.005','2.675','-0.004','1E+3','NaN','-Infinity')]
[Decimal(x).__format__('') for x in ('1.005','1E+3','0E-7','-0','12345678901234567890')]
[Decimal(x).__format__('.0e') for x in ('1.005','1E+3','0','15')]
[Decimal(x).__format__('%') for x in ('1.005','1E+3','0','15')]
[Decimal(x).__format__('+10.3') for x in ('1.005','1E+3','0','15')]
""".strip().splitlines():
    show(line)
