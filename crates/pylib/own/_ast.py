"""The node classes of the abstract syntax tree: what `ast` gives out.

The classes are made from the table below. A line without indentation names a category (a class of its own that the
classes under it derive from) or, with a colon, a class with its fields; after `@` stand the attributes. `?` marks what
may be absent, `*` a list.
"""

import warnings as _warnings

PyCF_ONLY_AST = 0x0400
PyCF_TYPE_COMMENTS = 0x1000
PyCF_ALLOW_TOP_LEVEL_AWAIT = 0x2000
PyCF_OPTIMIZED_AST = 0x8000 | PyCF_ONLY_AST

_TABLE = """
mod
    Module: stmt* body, type_ignore* type_ignores
    Interactive: stmt* body
    Expression: expr body
    FunctionType: expr* argtypes, expr returns
stmt @lineno col_offset end_lineno? end_col_offset?
    FunctionDef: identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params
    AsyncFunctionDef: identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params
    ClassDef: identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params
    Return: expr? value
    Delete: expr* targets
    Assign: expr* targets, expr value, string? type_comment
    TypeAlias: expr name, type_param* type_params, expr value
    AugAssign: expr target, operator op, expr value
    AnnAssign: expr target, expr annotation, expr? value, int simple
    For: expr target, expr iter, stmt* body, stmt* orelse, string? type_comment
    AsyncFor: expr target, expr iter, stmt* body, stmt* orelse, string? type_comment
    While: expr test, stmt* body, stmt* orelse
    If: expr test, stmt* body, stmt* orelse
    With: withitem* items, stmt* body, string? type_comment
    AsyncWith: withitem* items, stmt* body, string? type_comment
    Match: expr subject, match_case* cases
    Raise: expr? exc, expr? cause
    Try: stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody
    TryStar: stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody
    Assert: expr test, expr? msg
    Import: alias* names
    ImportFrom: identifier? module, alias* names, int? level
    Global: identifier* names
    Nonlocal: identifier* names
    Expr: expr value
    Pass:
    Break:
    Continue:
expr @lineno col_offset end_lineno? end_col_offset?
    BoolOp: boolop op, expr* values
    NamedExpr: expr target, expr value
    BinOp: expr left, operator op, expr right
    UnaryOp: unaryop op, expr operand
    Lambda: arguments args, expr body
    IfExp: expr test, expr body, expr orelse
    Dict: expr?* keys, expr* values
    Set: expr* elts
    ListComp: expr elt, comprehension* generators
    SetComp: expr elt, comprehension* generators
    DictComp: expr key, expr value, comprehension* generators
    GeneratorExp: expr elt, comprehension* generators
    Await: expr value
    Yield: expr? value
    YieldFrom: expr value
    Compare: expr left, cmpop* ops, expr* comparators
    Call: expr func, expr* args, keyword* keywords
    FormattedValue: expr value, int conversion, expr? format_spec
    Interpolation: expr value, constant str, int conversion, expr? format_spec
    JoinedStr: expr* values
    TemplateStr: expr* values
    Constant: constant value, string? kind
    Attribute: expr value, identifier attr, expr_context ctx
    Subscript: expr value, expr slice, expr_context ctx
    Starred: expr value, expr_context ctx
    Name: identifier id, expr_context ctx
    List: expr* elts, expr_context ctx
    Tuple: expr* elts, expr_context ctx
    Slice: expr? lower, expr? upper, expr? step
expr_context
    Load Store Del
boolop
    And Or
operator
    Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv
unaryop
    Invert Not UAdd USub
cmpop
    Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn
comprehension: expr target, expr iter, expr* ifs, int is_async
excepthandler @lineno col_offset end_lineno? end_col_offset?
    ExceptHandler: expr? type, identifier? name, stmt* body
arguments: arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults
arg: identifier arg, expr? annotation, string? type_comment @lineno col_offset end_lineno? end_col_offset?
keyword: identifier? arg, expr value @lineno col_offset end_lineno? end_col_offset?
alias: identifier name, identifier? asname @lineno col_offset end_lineno? end_col_offset?
withitem: expr context_expr, expr? optional_vars
match_case: pattern pattern, expr? guard, stmt* body
pattern @lineno col_offset end_lineno end_col_offset
    MatchValue: expr value
    MatchSingleton: constant value
    MatchSequence: pattern* patterns
    MatchMapping: expr* keys, pattern* patterns, identifier? rest
    MatchClass: expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns
    MatchStar: identifier? name
    MatchAs: pattern? pattern, identifier? name
    MatchOr: pattern* patterns
type_ignore
    TypeIgnore: int lineno, string tag
type_param @lineno col_offset end_lineno end_col_offset
    TypeVar: identifier name, expr? bound, expr? default_value
    ParamSpec: identifier name, expr? default_value
    TypeVarTuple: identifier name, expr? default_value
"""


def _shown(value, depth):
    """The text of a field in a node's repr, which goes `depth` levels down."""
    if isinstance(value, AST):
        return _node_text(value, depth)
    if isinstance(value, (list, tuple)):
        parts = [_shown(value[0], depth)] if value else []
        if len(value) > 2:
            parts.append("...")
        if len(value) > 1:
            parts.append(_shown(value[-1], depth))
        opening, closing = "[]" if isinstance(value, list) else "()"
        return f"{opening}{', '.join(parts)}{closing}"
    return repr(value)


def _node_text(node, depth):
    name = type(node).__name__ if type(node).__module__ != "ast" or type(node) is not AST else "ast.AST"
    if depth <= 0:
        return f"{name}(...)"
    parts = []
    for field in type(node)._fields:
        parts.append(f"{field}={_shown(getattr(node, field), depth - 1)}")
    return f"{name}({', '.join(parts)})"


class AST:
    __module__ = "ast"
    __match_args__ = ()
    _fields = ()
    _attributes = ()

    def __init__(self, /, *args, **kwargs):
        cls = type(self)
        fields = cls._fields
        if len(args) > len(fields):
            ending = "" if len(fields) == 1 else "s"
            raise TypeError(f"{cls.__name__} constructor takes at most {len(fields)} positional argument{ending}")
        remaining = set(fields)
        for name, value in zip(fields, args):
            setattr(self, name, value)
            remaining.discard(name)
        qualified = "ast.AST" if cls is AST else cls.__name__
        for name, value in kwargs.items():
            if name in fields:
                if name not in remaining:
                    raise TypeError(f"{cls.__name__} got multiple values for argument {name!r}")
                remaining.discard(name)
            elif name not in cls._attributes:
                _warnings.warn(
                    f"{qualified}.__init__ got an unexpected keyword argument {name!r}. "
                    "Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15.",
                    DeprecationWarning, stacklevel=2)
            setattr(self, name, value)
        kinds = getattr(cls, "_field_types", None)
        if kinds is None:
            return
        for name in fields:
            if name not in remaining:
                continue
            if name not in kinds:
                _warnings.warn(
                    f"Field {name!r} is missing from {cls.__module__}.{cls.__qualname__}._field_types. "
                    "This will become an error in Python 3.15.", DeprecationWarning, stacklevel=2)
                continue
            kind = kinds[name]
            if type(kind) is _Union:
                # An optional field has `None` as an attribute of the class.
                continue
            if type(kind) is _Alias:
                setattr(self, name, [])
            elif kind is expr_context:
                setattr(self, name, Load())
            else:
                _warnings.warn(
                    f"{qualified}.__init__ missing 1 required positional argument: {name!r}. "
                    "This will become an error in Python 3.15.", DeprecationWarning, stacklevel=2)

    def __repr__(self):
        return _node_text(self, 3)

    def __reduce__(self):
        cls = type(self)
        state = dict(self.__dict__)
        # The fields that a constructor insists on are given to it; those after the first absent one cannot be.
        positional = []
        for name in cls._fields:
            if name not in state:
                break
            positional.append(None)
        return cls, tuple(positional), state

    def __replace__(self, /, *args, **changes):
        cls = type(self)
        if args:
            raise TypeError("__replace__() takes no positional arguments")
        allowed = set(cls._fields) | set(cls._attributes)
        for name in changes:
            if name not in allowed and name not in self.__dict__:
                raise TypeError(f"{cls.__name__}.__replace__ got an unexpected keyword argument {name!r}.")
        state = dict(self.__dict__)
        state.update(changes)
        missing = [f for f in cls._fields
                   if f not in state and f in getattr(cls, "_field_types", {})
                   and type(cls._field_types[f]) is not _Union]
        if missing:
            names = ", ".join(repr(name) for name in missing)
            ending = "" if len(missing) == 1 else "s"
            raise TypeError(f"{cls.__name__}.__replace__ missing {len(missing)} keyword argument{ending}: {names}.")
        return cls(**state)


_Union = type(int | None)
_Alias = type(list[int])


def _category(line):
    head, _, attributes = line.partition("@")
    return head.strip(), attributes.split()


def _build():
    kinds = {"identifier": str, "string": str, "int": int, "constant": object}
    pending = []

    def make(name, base, fields, attributes, doc):
        space = {"__module__": "ast", "__doc__": doc}
        parsed = [field.split() for field in fields.split(",")] if fields else []
        if fields is not None:
            space["_fields"] = space["__match_args__"] = tuple(field for _, field in parsed)
        if attributes is not None:
            space["_attributes"] = tuple(a.rstrip("?") for a in attributes)
            for attribute in attributes:
                if attribute.endswith("?"):
                    space[attribute[:-1]] = None
        for kind, field in parsed:
            if kind.endswith("?"):
                space[field] = None
        made = type(name, (base,), space)
        globals()[name] = kinds[name] = made
        pending.append((made, parsed if fields is not None else None))

    groups = []
    for line in _TABLE.strip().splitlines():
        if line.startswith(" "):
            groups[-1][2].append(line.strip())
        else:
            head, attributes = _category(line)
            name, colon, fields = head.partition(":")
            groups.append((name, (fields.strip() if colon else None, attributes), []))
    for name, (fields, attributes), members in groups:
        if fields is not None:
            make(name, AST, fields, attributes, f"{name}({fields})" if fields else name)
            continue
        entries = []
        for member in members:
            if ":" in member:
                entries.append(tuple(part.strip() for part in member.split(":")))
            else:
                entries.extend((word, "") for word in member.split())
        texts = [f"{member}({inner})" if inner else member for member, inner in entries]
        between = " | " if not any(inner for _, inner in entries) else "\n" + " " * (len(name) + 1) + "| "
        make(name, AST, None, attributes, f"{name} = {between.join(texts)}")
        for (member, inner), text in zip(entries, texts):
            make(member, kinds[name], inner, None, text)
    for made, parsed in pending:
        if parsed is None:
            made._fields = made.__match_args__ = ()
            continue
        types = {}
        for kind, field in parsed:
            plain = kinds[kind.rstrip("?*")]
            types[field] = list[plain] if kind.endswith("*") else plain | None if kind.endswith("?") else plain
        made._field_types = types


_build()
del _build, _category, _TABLE
