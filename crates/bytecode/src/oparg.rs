//! The meanings of opargs: binary operators, comparisons, intrinsic functions, common constants, special methods,
//! conversions, function attributes. The numbers are CPython 3.14's.

macro_rules! numbered {
    ($(#[$doc:meta])* $table:ident: $ty:ty { $($name:ident = $num:literal $text:literal),* $(,)? }) => {
        $(pub const $name: $ty = $num;)*
        $(#[$doc])*
        pub static $table: &[(&str, &str)] = &[$((stringify!($name), $text)),*];
    };
}

numbered! {
    /// `BINARY_OP`'s operators: name and symbol (`_opcode.get_nb_ops()`).
    NB_OPS: u8 {
        NB_ADD = 0 "+",
        NB_AND = 1 "&",
        NB_FLOOR_DIVIDE = 2 "//",
        NB_LSHIFT = 3 "<<",
        NB_MATRIX_MULTIPLY = 4 "@",
        NB_MULTIPLY = 5 "*",
        NB_REMAINDER = 6 "%",
        NB_OR = 7 "|",
        NB_POWER = 8 "**",
        NB_RSHIFT = 9 ">>",
        NB_SUBTRACT = 10 "-",
        NB_TRUE_DIVIDE = 11 "/",
        NB_XOR = 12 "^",
        NB_INPLACE_ADD = 13 "+=",
        NB_INPLACE_AND = 14 "&=",
        NB_INPLACE_FLOOR_DIVIDE = 15 "//=",
        NB_INPLACE_LSHIFT = 16 "<<=",
        NB_INPLACE_MATRIX_MULTIPLY = 17 "@=",
        NB_INPLACE_MULTIPLY = 18 "*=",
        NB_INPLACE_REMAINDER = 19 "%=",
        NB_INPLACE_OR = 20 "|=",
        NB_INPLACE_POWER = 21 "**=",
        NB_INPLACE_RSHIFT = 22 ">>=",
        NB_INPLACE_SUBTRACT = 23 "-=",
        NB_INPLACE_TRUE_DIVIDE = 24 "/=",
        NB_INPLACE_XOR = 25 "^=",
        NB_SUBSCR = 26 "[]",
    }
}

numbered! {
    /// `CALL_INTRINSIC_1`'s functions (`_opcode.get_intrinsic1_descs()`).
    INTRINSIC_1_DESCS: u8 {
        INTRINSIC_1_INVALID = 0 "INTRINSIC_1_INVALID",
        INTRINSIC_PRINT = 1 "INTRINSIC_PRINT",
        INTRINSIC_IMPORT_STAR = 2 "INTRINSIC_IMPORT_STAR",
        INTRINSIC_STOPITERATION_ERROR = 3 "INTRINSIC_STOPITERATION_ERROR",
        INTRINSIC_ASYNC_GEN_WRAP = 4 "INTRINSIC_ASYNC_GEN_WRAP",
        INTRINSIC_UNARY_POSITIVE = 5 "INTRINSIC_UNARY_POSITIVE",
        INTRINSIC_LIST_TO_TUPLE = 6 "INTRINSIC_LIST_TO_TUPLE",
        INTRINSIC_TYPEVAR = 7 "INTRINSIC_TYPEVAR",
        INTRINSIC_PARAMSPEC = 8 "INTRINSIC_PARAMSPEC",
        INTRINSIC_TYPEVARTUPLE = 9 "INTRINSIC_TYPEVARTUPLE",
        INTRINSIC_SUBSCRIPT_GENERIC = 10 "INTRINSIC_SUBSCRIPT_GENERIC",
        INTRINSIC_TYPEALIAS = 11 "INTRINSIC_TYPEALIAS",
    }
}

numbered! {
    /// `CALL_INTRINSIC_2`'s functions (`_opcode.get_intrinsic2_descs()`).
    INTRINSIC_2_DESCS: u8 {
        INTRINSIC_2_INVALID = 0 "INTRINSIC_2_INVALID",
        INTRINSIC_PREP_RERAISE_STAR = 1 "INTRINSIC_PREP_RERAISE_STAR",
        INTRINSIC_TYPEVAR_WITH_BOUND = 2 "INTRINSIC_TYPEVAR_WITH_BOUND",
        INTRINSIC_TYPEVAR_WITH_CONSTRAINTS = 3 "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
        INTRINSIC_SET_FUNCTION_TYPE_PARAMS = 4 "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
        INTRINSIC_SET_TYPEPARAM_DEFAULT = 5 "INTRINSIC_SET_TYPEPARAM_DEFAULT",
    }
}

numbered! {
    /// `LOAD_SPECIAL`'s methods (`_opcode.get_special_method_names()`).
    SPECIAL_METHODS: u8 {
        SPECIAL___ENTER__ = 0 "__enter__",
        SPECIAL___EXIT__ = 1 "__exit__",
        SPECIAL___AENTER__ = 2 "__aenter__",
        SPECIAL___AEXIT__ = 3 "__aexit__",
    }
}

numbered! {
    /// `LOAD_COMMON_CONSTANT`'s objects: names in `builtins`.
    COMMON_CONSTANTS: u8 {
        CONSTANT_ASSERTIONERROR = 0 "AssertionError",
        CONSTANT_NOTIMPLEMENTEDERROR = 1 "NotImplementedError",
        CONSTANT_BUILTIN_TUPLE = 2 "tuple",
        CONSTANT_BUILTIN_ALL = 3 "all",
        CONSTANT_BUILTIN_ANY = 4 "any",
    }
}

numbered! {
    /// `CONVERT_VALUE`'s conversions: names in `builtins`.
    CONVERSIONS: u8 {
        FVC_NONE = 0 "",
        FVC_STR = 1 "str",
        FVC_REPR = 2 "repr",
        FVC_ASCII = 3 "ascii",
    }
}

/// `SET_FUNCTION_ATTRIBUTE`'s attributes (bits; one at a time).
pub const MAKE_FUNCTION_DEFAULTS: u8 = 0x01;
pub const MAKE_FUNCTION_KWDEFAULTS: u8 = 0x02;
pub const MAKE_FUNCTION_ANNOTATIONS: u8 = 0x04;
pub const MAKE_FUNCTION_CLOSURE: u8 = 0x08;
pub const MAKE_FUNCTION_ANNOTATE: u8 = 0x10;

/// `RESUME`'s oparg: where execution resumes, in the two low bits.
pub const RESUME_AT_FUNC_START: u8 = 0;
pub const RESUME_AFTER_YIELD: u8 = 1;
pub const RESUME_AFTER_YIELD_FROM: u8 = 2;
pub const RESUME_AFTER_AWAIT: u8 = 3;
pub const RESUME_OPARG_LOCATION_MASK: u8 = 0x3;
/// Set in `RESUME`'s oparg where the only handler around is the generator's own.
pub const RESUME_OPARG_DEPTH1_MASK: u8 = 0x4;

/// Rich comparisons, as `tp_richcompare` numbers them.
pub const PY_LT: u8 = 0;
pub const PY_LE: u8 = 1;
pub const PY_EQ: u8 = 2;
pub const PY_NE: u8 = 3;
pub const PY_GT: u8 = 4;
pub const PY_GE: u8 = 5;

/// `dis.cmp_op`
pub static CMP_OP: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];

/// `COMPARE_OP`'s oparg holds the comparison above this many bits.
pub const COMPARE_OP_SHIFT: u32 = 5;
/// Set in `COMPARE_OP`'s oparg: the result is wanted as a `bool`.
pub const COMPARE_OP_BOOL: u8 = 16;
/// The low four bits of `COMPARE_OP`'s oparg: for which outcomes of a three-way comparison it is true.
pub const COMPARISON_UNORDERED: u8 = 1;
pub const COMPARISON_LESS_THAN: u8 = 2;
pub const COMPARISON_GREATER_THAN: u8 = 4;
pub const COMPARISON_EQUALS: u8 = 8;
pub const COMPARISON_NOT_EQUALS: u8 = COMPARISON_UNORDERED | COMPARISON_LESS_THAN | COMPARISON_GREATER_THAN;

/// The oparg of `COMPARE_OP` for a comparison (`PY_LT` …), without the `bool` bit.
pub const fn compare_op(cmp: u8) -> u8 {
    let mask = match cmp {
        PY_LT => COMPARISON_LESS_THAN,
        PY_LE => COMPARISON_LESS_THAN | COMPARISON_EQUALS,
        PY_EQ => COMPARISON_EQUALS,
        PY_NE => COMPARISON_NOT_EQUALS,
        PY_GT => COMPARISON_GREATER_THAN,
        _ => COMPARISON_GREATER_THAN | COMPARISON_EQUALS,
    };
    (cmp << COMPARE_OP_SHIFT) | mask
}

/// `LOAD_GLOBAL`'s oparg: push a NULL too. `LOAD_ATTR`'s: load a method.
pub const PUSH_NULL_BIT: u32 = 1;

/// The magic number of CPython 3.14's `.pyc` files.
pub const MAGIC: u16 = 3627;
