"""Puzzles: sudoku, hanoi, knight's tour, roman numerals, magic square, word frequencies, run lengths."""

PUZZLE = "530070000600195000098000060800060003400803001700020006060000280000419005000080079"


def solve(grid):
    def options(i):
        r, c = divmod(i, 9)
        seen = {grid[j] for j in range(81) if j // 9 == r or j % 9 == c or (j // 27 == i // 27 and j % 9 // 3 == c // 3)}
        return [d for d in "123456789" if d not in seen]

    empty = [(len(o), i, o) for i in range(81) if grid[i] == "0" for o in [options(i)]]
    if not empty:
        return grid
    _, i, choices = min(empty)
    for digit in choices:
        if result := solve(grid[:i] + digit + grid[i + 1 :]):
            return result
    return None


answer = solve(PUZZLE)
for r in range(0, 81, 27):
    print("\n".join(" ".join(answer[q : q + 9]) for q in range(r, r + 27, 9)))


def hanoi(n, a="A", b="B", c="C"):
    if n:
        yield from hanoi(n - 1, a, c, b)
        yield f"{a}{c}"
        yield from hanoi(n - 1, b, a, c)


print(list(hanoi(3)), sum(1 for _ in hanoi(10)))


def knight(n, start=(0, 0)):
    moves = [(1, 2), (2, 1), (2, -1), (1, -2), (-1, -2), (-2, -1), (-2, 1), (-1, 2)]
    path = [start]
    seen = {start}

    def free(r, c):
        return [(r + a, c + b) for a, b in moves if 0 <= r + a < n and 0 <= c + b < n and (r + a, c + b) not in seen]

    while len(path) < n * n:
        nxt = min(free(*path[-1]), key=lambda p: (len(free(*p)), p), default=None)
        if nxt is None:
            return None
        path.append(nxt)
        seen.add(nxt)
    return path


tour = knight(6)
print(len(tour) if tour else tour, tour[:5] if tour else "")


def roman(n):
    out = ""
    for value, text in [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        count, n = divmod(n, value)
        out += text * count
    return out


def unroman(s):
    v = dict(I=1, V=5, X=10, L=50, C=100, D=500, M=1000)
    return sum(-v[a] if v[a] < v[b] else v[a] for a, b in zip(s, s[1:] + s[-1]))


print([roman(n) for n in (1, 4, 9, 14, 44, 99, 400, 1994, 2024, 3999)], all(unroman(roman(n)) == n for n in range(1, 500)))


def magic(n):
    return [[n * ((i + j + 1 + n // 2) % n) + (i + 2 * j + n - 3 + 5) % n + 1 for j in range(n)] for i in range(n)]


square = magic(5)
print(square[0], {sum(r) for r in square} | {sum(c) for c in zip(*square)})
text = "the cat sat on the mat and the dog sat by the cat"
counts = {}
for word in text.split():
    counts[word] = counts.get(word, 0) + 1
for word, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:4]:
    print(f"{word:<5}{'*' * n:>6}{n:3d}")


def rle(s):
    out, i = [], 0
    while i < len(s):
        j = i
        while j < len(s) and s[j] == s[i]:
            j += 1
        out.append((s[i], j - i))
        i = j
    return out


print(rle("aaabccd"), "".join(c * n for c, n in rle("wwwwb")), [f"{c}{n}" for c, n in rle("")])
look = "1"
for _ in range(8):
    look = "".join(f"{n}{c}" for c, n in rle(look))
print(look)
caesar = lambda s, k: "".join(chr((ord(c) - 97 + k) % 26 + 97) if c.islower() else c for c in s)
print(caesar("hello, world", 3), caesar(caesar("hello", 5), -5))
anagrams = {}
for w in ["listen", "silent", "enlist", "google", "gogole", "abc"]:
    anagrams.setdefault("".join(sorted(w)), []).append(w)
print([g for g in anagrams.values() if len(g) > 1])
