"""Sorting algorithms written out: bubble, insertion, merge, quick, heap, counting, radix."""


def lcg(seed):
    while True:
        seed = (seed * 1103515245 + 12345) % 2**31
        yield seed


def bubble(a):
    a = a[:]
    for i in range(len(a)):
        swapped = False
        for j in range(len(a) - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
                swapped = True
        if not swapped:
            break
    return a


def insertion(a):
    out = []
    for x in a:
        i = len(out)
        while i and out[i - 1] > x:
            i -= 1
        out.insert(i, x)
    return out


def merge(a):
    if len(a) < 2:
        return a
    mid = len(a) // 2
    left, right = merge(a[:mid]), merge(a[mid:])
    out = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            out.append(left[i])
            i += 1
        else:
            out.append(right[j])
            j += 1
    return out + left[i:] + right[j:]


def quick(a):
    if len(a) < 2:
        return a
    p, *rest = a
    return quick([x for x in rest if x < p]) + [p] + quick([x for x in rest if x >= p])


def heap(a):
    a = a[:]

    def sift(lo, hi):
        while (child := 2 * lo + 1) < hi:
            if child + 1 < hi and a[child + 1] > a[child]:
                child += 1
            if a[lo] >= a[child]:
                return
            a[lo], a[child] = a[child], a[lo]
            lo = child

    for i in reversed(range(len(a) // 2)):
        sift(i, len(a))
    for end in range(len(a) - 1, 0, -1):
        a[0], a[end] = a[end], a[0]
        sift(0, end)
    return a


def counting(a):
    counts = [0] * (max(a) + 1) if a else []
    for x in a:
        counts[x] += 1
    return [v for v, n in enumerate(counts) for _ in range(n)]


def radix(a):
    shift = 0
    while any(x >> shift for x in a):
        buckets = [[] for _ in range(16)]
        for x in a:
            buckets[x >> shift & 15].append(x)
        a = [x for b in buckets for x in b]
        shift += 4
    return a


numbers = lcg(42)
data = [next(numbers) % 1000 for _ in range(60)]
print(data[:10])
for sort in (bubble, insertion, merge, quick, heap, counting, radix, sorted):
    result = sort(data)
    print(sort.__name__, result[:6], result[-3:], result == sorted(data), sort([]), sort([5]), sort([2, 2, 1]))
