"""Graphs: breadth and depth first, Dijkstra, topological order, union-find, minimum spanning tree, cycles."""

import heapq
from collections import defaultdict, deque

EDGES = [("a", "b", 4), ("a", "c", 2), ("b", "c", 5), ("b", "d", 10), ("c", "e", 3), ("e", "d", 4), ("d", "f", 11)]


class Graph:
    def __init__(self, edges, directed=False):
        self.adjacent = defaultdict(dict)
        for u, v, w in edges:
            self.adjacent[u][v] = w
            self.adjacent[v]
            if not directed:
                self.adjacent[v][u] = w

    def bfs(self, start):
        seen, queue = {start: None}, deque([start])
        while queue:
            node = queue.popleft()
            for other in sorted(self.adjacent[node]):
                if other not in seen:
                    seen[other] = node
                    queue.append(other)
        return seen

    def dfs(self, node, seen=None):
        seen = [] if seen is None else seen
        seen.append(node)
        for other in sorted(self.adjacent[node]):
            if other not in seen:
                self.dfs(other, seen)
        return seen

    def dijkstra(self, start):
        best, heap = {}, [(0, start, [start])]
        while heap:
            cost, node, path = heapq.heappop(heap)
            if node in best:
                continue
            best[node] = cost, path
            for other, weight in self.adjacent[node].items():
                if other not in best:
                    heapq.heappush(heap, (cost + weight, other, path + [other]))
        return best


class UnionFind:
    def __init__(self):
        self.parent = {}

    def find(self, x):
        self.parent.setdefault(x, x)
        while self.parent[x] != x:
            self.parent[x] = x = self.parent[self.parent[x]]
        return x

    def union(self, a, b):
        a, b = self.find(a), self.find(b)
        self.parent[a] = b
        return a != b


def kruskal(edges):
    sets = UnionFind()
    return [(u, v, w) for u, v, w in sorted(edges, key=lambda e: (e[2], e)) if sets.union(u, v)]


def topological(graph):
    state, order = {}, []

    def visit(node):
        if state.get(node) == 1:
            raise ValueError(f"cycle at {node}")
        if node not in state:
            state[node] = 1
            for other in sorted(graph.get(node, ())):
                visit(other)
            state[node] = 2
            order.append(node)

    for node in sorted(graph):
        visit(node)
    return order[::-1]


g = Graph(EDGES)
print(g.bfs("a"), g.dfs("a"))
for node, (cost, path) in sorted(g.dijkstra("a").items()):
    print(node, cost, "->".join(path))
print(kruskal(EDGES), sum(w for *_, w in kruskal(EDGES)))
print(topological({"shirt": ["tie"], "tie": ["jacket"], "trousers": ["shoes", "belt"], "belt": ["jacket"], "socks": ["shoes"]}))
try:
    topological({"a": "b", "b": "c", "c": "a"})
except ValueError as error:
    print(error)
grid = ["S.#.", "..#.", "#...", "#.#E"]


def maze(grid):
    start = next((r, c) for r, row in enumerate(grid) for c, ch in enumerate(row) if ch == "S")
    queue, seen = deque([(start, 0)]), {start}
    while queue:
        (r, c), steps = queue.popleft()
        if grid[r][c] == "E":
            return steps
        for nr, nc in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if 0 <= nr < len(grid) and 0 <= nc < len(grid[0]) and grid[nr][nc] != "#" and (nr, nc) not in seen:
                seen.add((nr, nc))
                queue.append(((nr, nc), steps + 1))


print(maze(grid), maze(["S#E"]))


def floyd(edges):
    nodes = sorted({n for u, v, _ in edges for n in (u, v)})
    d = {(u, v): 0 if u == v else float("inf") for u in nodes for v in nodes}
    for u, v, w in edges:
        d[u, v] = d[v, u] = w
    for k in nodes:
        for i in nodes:
            for j in nodes:
                d[i, j] = min(d[i, j], d[i, k] + d[k, j])
    return d


print(max(floyd(EDGES).items(), key=lambda kv: kv[1]))
