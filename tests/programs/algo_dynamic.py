"""Dynamic programming: longest common subsequence, knapsack, edit distance, coin change, partitions, matrix chain."""

from functools import cache


def lcs(a, b):
    table = [[""] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a, 1):
        for j, y in enumerate(b, 1):
            table[i][j] = table[i - 1][j - 1] + x if x == y else max(table[i - 1][j], table[i][j - 1], key=len)
    return table[-1][-1]


def edit(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def knapsack(items, capacity):
    best = {0: (0, ())}
    for name, weight, value in items:
        for used, (total, chosen) in sorted(best.items(), reverse=True):
            new = used + weight
            if new <= capacity and (new not in best or best[new][0] < total + value):
                best[new] = total + value, chosen + (name,)
    return max(best.values())


def coins(amount, kinds):
    ways = [1] + [0] * amount
    for coin in kinds:
        for total in range(coin, amount + 1):
            ways[total] += ways[total - coin]
    return ways[amount]


def fewest(amount, kinds):
    best = [0] + [None] * amount
    for total in range(1, amount + 1):
        options = [best[total - c] for c in kinds if c <= total and best[total - c] is not None]
        best[total] = min(options) + 1 if options else None
    return best[amount]


@cache
def partitions(n, largest=None):
    largest = n if largest is None else largest
    if n == 0:
        return 1
    return sum(partitions(n - k, min(k, n - k)) for k in range(1, min(n, largest) + 1))


@cache
def chain(dims):
    if len(dims) == 2:
        return 0
    return min(chain(dims[: k + 1]) + chain(dims[k:]) + dims[0] * dims[k] * dims[-1] for k in range(1, len(dims) - 1))


def longest_increasing(a):
    import bisect

    tails = []
    for x in a:
        i = bisect.bisect_left(tails, x)
        tails[i : i + 1] = [x]
    return len(tails)


def max_subarray(a):
    best = current = a[0]
    for x in a[1:]:
        current = max(x, current + x)
        best = max(best, current)
    return best


print(lcs("AGGTAB", "GXTXAYB"), lcs("the quick brown", "a thick crown"), lcs("", "x"))
print(edit("kitten", "sitting"), edit("", "abc"), edit("same", "same"), edit("intention", "execution"))
print(knapsack([("gold", 10, 60), ("silver", 20, 100), ("bronze", 30, 120)], 50), knapsack([], 5))
print(coins(100, [1, 5, 10, 25, 50]), coins(200, [1, 2, 5, 10, 20, 50, 100, 200]), fewest(63, [1, 5, 10, 21, 25]), fewest(3, [2]))
print([partitions(n) for n in range(15)], partitions(60), chain((40, 20, 30, 10, 30)), partitions.cache_info().currsize > 0)
print(longest_increasing([10, 9, 2, 5, 3, 7, 101, 18]), max_subarray([-2, 1, -3, 4, -1, 2, 1, -5, 4]))
triangle = [[3], [7, 4], [2, 4, 6], [8, 5, 9, 3]]
while len(triangle) > 1:
    last = triangle.pop()
    triangle[-1] = [v + max(last[i], last[i + 1]) for i, v in enumerate(triangle[-1])]
print(triangle)
pascal = [[1]]
for _ in range(8):
    pascal.append([1, *map(sum, zip(pascal[-1], pascal[-1][1:])), 1])
for row in pascal:
    print(" ".join(map(str, row)).center(30))
