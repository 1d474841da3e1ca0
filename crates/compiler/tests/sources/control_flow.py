def loops(xs):
    for i in xs:
        if i:
            continue
        elif i > 2:
            break
        for j in range(i):
            if j: break
        else:
            print(j)
    else:
        print(i)
    while xs:
        xs = xs[1:]
        if not xs: continue
        while True:
            break
    else:
        pass
    while 0:
        never()
    while 1:
        if a and b or c and not d: return 1
        if (a if b else c): return
        if a < b < c: return 2
        if not a < b < c: return 3
        if x is None: return 4
        if x is not None and y is None: break
    for x, (y, *z) in [(1, 2), (3, 4)]:
        pass
    for x in (1, 2, 3): pass
    for x in [a, b]: pass
    for x in {1, 2, 3}: pass
    return [x for x in xs if x] or {x: 1 for x in xs} and {x for x in xs}


def exceptions():
    try:
        a()
    except (A, B) as e:
        b(e)
        return 1
    except C:
        raise
    except:
        raise D from None
    else:
        c()
    finally:
        d()
    try:
        return f()
    finally:
        try:
            g()
        except E:
            pass
    for x in y:
        try:
            if x: continue
            if z: break
            return x
        finally:
            cleanup()
    try:
        h()
    except* A as e:
        i(e)
    except* B:
        pass
    else:
        j()
    finally:
        k()


def withs():
    with a as b, c, d as (e, f):
        if b: return e
        for x in y:
            with z:
                break
            continue
    with (
        open(a) as b,
        open(c) as d,
    ):
        pass
    return 1


async def asyncs(x):
    async with a as b, c:
        await d
        return [await y async for y in x if y]
    async for i in x:
        if i: continue
        if j: break
        await i
    else:
        k()
    {z: await z for z in x}
    async def g():
        try:
            await f()
        finally:
            await h()
    return


def matches(x):
    match x:
        case 0 | -1 | 1.5 - 2j: return 1
        case "a" | b"b" | None | True: return 2
        case [a, b, *_]: return a
        case [_, *rest, last] if rest: return last
        case (1, [2, *_], (c, d) as e): return c
        case {"k": v, 1: w, **rest}: return v, rest
        case {}: return 3
        case Point(x=0, y=yy) | Point(0, yy): return yy
        case a.b.c: return 4
        case str() | int(): pass
        case [Point(x, y) as p, *q] | [*q, Point(x, y) as p]: return p, q
        case other if other > 1: return other
        case _: return 5
    match a, b:
        case *_, : pass
    match y:
        case z: return z


def asserts(x):
    assert x
    assert x, "message %s" % x
    assert not (x and y), f"{x}"
    if __debug__:
        print(1)
    if not __debug__: print(2)


def nothing():
    if 1: return 1
    else: return 2
    print(3)


def lines(a):
    return (a
            and b(
                c
            )
            or d)


def swaps(a, b, c):
    a, b = b, a
    a, b, c = c, b, a
    a, (b, c) = b, (c, a)
    a = b = c
    a.b[c], d = 1, 2
    (a, b), c = c
    [a, *b] = c
    del a, b.c, d[e], (f, [g])
    x = x
    x = y; x = z
