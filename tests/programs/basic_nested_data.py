"""Nested lists and dicts: walking, changing, grouping, flattening, transposing."""

data = {"team": [{"name": "ann", "scores": [1, 2, 3]}, {"name": "bob", "scores": []}], "meta": {"ok": True, "tags": ("x", "y")}}
for member in data["team"]:
    scores = member["scores"]
    print(member["name"], len(scores), sum(scores), max(scores, default=None))
data["team"][1]["scores"] += [9, 7]
data["team"].append({"name": "cid", "scores": [5]})
data["meta"]["new"] = {"deep": [{}]}
data["meta"]["new"]["deep"][0]["key"] = "value"
print(data)


def walk(value, path=""):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from walk(item, f"{path}[{index}]")
    else:
        yield path, value


for path, value in walk(data):
    print(path, "=", value)
flat = dict(walk(data))
print(len(flat), flat[".team[0].scores[2]"])
matrix = [[1, 2, 3], [4, 5, 6]]
print(list(zip(*matrix)), [[row[i] for row in matrix] for i in range(3)], [x for row in matrix for x in row], sum(map(sum, matrix)))
matrix[0], matrix[1] = matrix[1], matrix[0]
matrix[0][1:] = ["a", "b"]
print(matrix, matrix[-1][-1], [row[:] for row in matrix])
index = {}
for i, word in enumerate("the cat and the dog and the bird".split()):
    index.setdefault(word, []).append(i)
print(index)
inverted = {tuple(v): k for k, v in index.items()}
print(inverted[(1,)], [k for k, v in index.items() if len(v) > 1])


def merge(a, b):
    out = dict(a)
    for key, value in b.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merge(out[key], value)
        else:
            out[key] = value
    return out


print(merge({"a": {"x": 1, "y": 2}, "b": 1}, {"a": {"y": 3, "z": 4}, "c": 5}))
tree = ("root", [("left", []), ("right", [("leaf", [])])])


def show(node, depth=0):
    name, children = node
    print("  " * depth + name)
    for child in children:
        show(child, depth + 1)


show(tree)
