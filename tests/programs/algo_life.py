"""Conway's game of life with sets, printed generation by generation."""


def step(cells):
    counts = {}
    for r, c in cells:
        for dr in (-1, 0, 1):
            for dc in (-1, 0, 1):
                if dr or dc:
                    key = r + dr, c + dc
                    counts[key] = counts.get(key, 0) + 1
    return {cell for cell, n in counts.items() if n == 3 or n == 2 and cell in cells}


def show(cells, rows, cols):
    return "\n".join("".join("#" if (r, c) in cells else "." for c in range(cols)) for r in range(rows))


def parse(text):
    return {(r, c) for r, line in enumerate(text.split()) for c, ch in enumerate(line) if ch == "#"}


glider = parse("""
.#.
..#
###
""")
cells = glider
for generation in range(5):
    print(generation, len(cells))
    print(show(cells, 6, 6))
    cells = step(cells)
moved = {(r + 1, c + 1) for r, c in glider}
four = glider
for _ in range(4):
    four = step(four)
print(four == moved)
blinker = parse("###")
print(step(step(blinker)) == blinker, sorted(step(blinker)))
pentomino = parse("""
.##
##.
.#.
""")
history = []
for _ in range(100):
    history.append(len(pentomino))
    pentomino = step(pentomino)
print(history)
print(min(pentomino), max(pentomino))
