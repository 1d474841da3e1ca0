"""Reference, notebooks: the JSON of an `.ipynb`, a kernel in miniature with rich output by MIME type, stripping and converting."""

import ast
import contextlib
import io
import json
import traceback

notebook = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "Some *text*."]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": ["x = 5\n", "x * 2"]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": ["print('hello')\n", "Table([1, 2])"]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": ["y = x /\n"]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": ["def f():\n", "    return 1 / 0\n", "f()"]},
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "execution_count": None, "outputs": [], "source": ["x; None"]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": ["_ + 1"]},
    ],
}


class Table:
    def __init__(self, rows):
        self.rows = rows

    def __repr__(self):
        return f"Table({self.rows})"

    def _repr_html_(self):
        return "<table>" + "".join(f"<tr>{r}</tr>" for r in self.rows) + "</table>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/json": self.rows}


class Kernel:
    def __init__(self):
        self.space = {"__name__": "__main__", "Table": Table}
        self.count = 0

    def bundle(self, value):
        data = {"text/plain": repr(value)}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = value._repr_html_()
        if hasattr(value, "_repr_mimebundle_"):
            data.update(value._repr_mimebundle_())
        return data

    def run(self, cell):
        self.count += 1
        cell["execution_count"] = self.count
        outputs, name = cell["outputs"], f"<cell {self.count}>"
        stdout = io.StringIO()
        try:
            tree = ast.parse("".join(cell["source"]), name)
            last = None
            if tree.body and isinstance(tree.body[-1], ast.Expr):
                last = ast.Expression(tree.body.pop().value)
            with contextlib.redirect_stdout(stdout):
                exec(compile(tree, name, "exec"), self.space)
                value = eval(compile(last, name, "eval"), self.space) if last else None
            if value is not None:
                self.space["_"] = value
                outputs.append({"output_type": "execute_result", "data": self.bundle(value), "metadata": {}, "execution_count": self.count})
        except Exception as error:
            lines = traceback.format_exception(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))
            outputs.append({"output_type": "error", "ename": type(error).__name__, "evalue": str(error), "traceback": "".join(lines).splitlines()})
        if stdout.getvalue():
            outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": stdout.getvalue()})


kernel = Kernel()
for cell in notebook["cells"]:
    if cell["cell_type"] == "code":
        kernel.run(cell)
text = json.dumps(notebook, indent=1, sort_keys=True)
print(text)
again = json.loads(text)
for cell in again["cells"]:
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
print(all(not c.get("outputs") for c in again["cells"]))
script = "\n\n".join("# " + "# ".join(c["source"]) if c["cell_type"] == "markdown" else "".join(c["source"]) for c in again["cells"])
print(script)
