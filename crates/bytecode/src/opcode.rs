//! The opcode table of CPython 3.14 (magic number 3627): one row for every opcode, whether real, specialized,
//! instrumented or pseudo. The compiler, `dis`, `opcode`, the evaluation loop and monitoring are all fed by it.
//!
//! A row of a real opcode reads
//! `NAME = number, inline cache entries, popped(oparg), pushed(oparg), flags, base;`
//! where *base* is the opcode that a specialized one deoptimizes to, the opcode that an instrumented one stands
//! for, and the opcode itself otherwise. The flags are those of the headers' `HAS_*_FLAG`.
//! Pseudo opcodes (numbers from 256) exist in the compiler only.

#![allow(clippy::identity_op)]

/// The flag bits of [`Info::flags`], with the numbers of CPython's `HAS_*_FLAG`.
pub mod flag {
    pub const ARG: u16 = 1;
    pub const CONST: u16 = 2;
    pub const NAME: u16 = 4;
    pub const JUMP: u16 = 8;
    pub const FREE: u16 = 16;
    pub const LOCAL: u16 = 32;
    pub const EVAL_BREAK: u16 = 64;
    pub const DEOPT: u16 = 128;
    pub const ERROR: u16 = 256;
    pub const ESCAPES: u16 = 512;
    pub const EXIT: u16 = 1024;
    pub const PURE: u16 = 2048;
    pub const PASSTHROUGH: u16 = 4096;
    pub const OPARG_AND_1: u16 = 8192;
    pub const ERROR_NO_POP: u16 = 16384;
    pub const NO_SAVE_IP: u16 = 32768;
}

use flag::*;

/// What is known of one opcode.
#[derive(Clone, Copy)]
pub struct Info {
    pub name: &'static str,
    /// Inline cache entries (two bytes each) that follow the instruction.
    pub caches: u8,
    /// How many stack items it takes, given its oparg.
    pub popped: fn(i64) -> i64,
    /// How many it leaves.
    pub pushed: fn(i64) -> i64,
    /// Bits of [`flag`].
    pub flags: u16,
    /// The opcode that a specialized or instrumented one stands for; its own number otherwise.
    pub base: u16,
}

const fn none(_: i64) -> i64 {
    0
}

const UNUSED: Info = Info {
    name: "",
    caches: 0,
    popped: none,
    pushed: none,
    flags: 0,
    base: 0,
};

/// One more than the highest number of a pseudo opcode.
pub const COUNT: usize = 267;

macro_rules! opcodes {
    (
        real { $($name:ident = $num:literal, $caches:literal, $pop:expr, $push:expr, $flags:expr, $base:ident;)* }
        pseudo { $($pname:ident = $pnum:literal, $ppop:expr, $ppush:expr, $pflags:expr;)* }
    ) => {
        $(pub const $name: u8 = $num;)*

        /// The opcodes that only the compiler's intermediate form has.
        pub mod pseudo {
            $(pub const $pname: u16 = $pnum;)*
        }

        /// Every opcode, pseudo ones included, as `u16`: what the compiler's intermediate form works with.
        pub mod wide {
            $(pub const $name: u16 = $num;)*
            $(pub const $pname: u16 = $pnum;)*
        }

        /// Every opcode, by number. Rows of unused numbers have an empty name.
        pub static OPCODES: [Info; COUNT] = {
            let mut table = [UNUSED; COUNT];
            let mut i = 0;
            while i < COUNT {
                table[i].base = i as u16;
                i += 1;
            }
            $(table[$num] = Info {
                name: stringify!($name),
                caches: $caches,
                popped: $pop,
                pushed: $push,
                flags: $flags,
                base: $base as u16,
            };)*
            $(table[$pnum] = Info {
                name: stringify!($pname),
                caches: 0,
                popped: $ppop,
                pushed: $ppush,
                flags: $pflags,
                base: $pnum,
            };)*
            table
        };
    };
}

// One row a line: the table is read by its columns.
#[rustfmt::skip]
opcodes! {
    real {
        CACHE = 0, 0, |_| 0, |_| 0, 0, CACHE;
        BINARY_SLICE = 1, 0, |_| 3, |_| 1, ERROR | ESCAPES, BINARY_SLICE;
        BUILD_TEMPLATE = 2, 0, |_| 2, |_| 1, ERROR | ESCAPES, BUILD_TEMPLATE;
        BINARY_OP_INPLACE_ADD_UNICODE = 3, 5, |_| 2, |_| 0, LOCAL | DEOPT | EXIT | ERROR | ESCAPES, BINARY_OP;
        CALL_FUNCTION_EX = 4, 0, |_| 4, |_| 1, EVAL_BREAK | ERROR | ERROR_NO_POP | ESCAPES, CALL_FUNCTION_EX;
        CHECK_EG_MATCH = 5, 0, |_| 2, |_| 2, ERROR | ESCAPES, CHECK_EG_MATCH;
        CHECK_EXC_MATCH = 6, 0, |_| 2, |_| 2, ERROR | ERROR_NO_POP | ESCAPES, CHECK_EXC_MATCH;
        CLEANUP_THROW = 7, 0, |_| 3, |_| 2, ERROR | ERROR_NO_POP | ESCAPES, CLEANUP_THROW;
        DELETE_SUBSCR = 8, 0, |_| 2, |_| 0, ERROR | ESCAPES, DELETE_SUBSCR;
        END_FOR = 9, 0, |_| 1, |_| 0, ESCAPES | NO_SAVE_IP, END_FOR;
        END_SEND = 10, 0, |_| 2, |_| 1, ESCAPES | PURE, END_SEND;
        EXIT_INIT_CHECK = 11, 0, |_| 1, |_| 0, ERROR | ERROR_NO_POP | ESCAPES, EXIT_INIT_CHECK;
        FORMAT_SIMPLE = 12, 0, |_| 1, |_| 1, ERROR | ESCAPES, FORMAT_SIMPLE;
        FORMAT_WITH_SPEC = 13, 0, |_| 2, |_| 1, ERROR | ESCAPES, FORMAT_WITH_SPEC;
        GET_AITER = 14, 0, |_| 1, |_| 1, ERROR | ESCAPES, GET_AITER;
        GET_ANEXT = 15, 0, |_| 1, |_| 2, ERROR | ERROR_NO_POP | ESCAPES, GET_ANEXT;
        GET_ITER = 16, 0, |_| 1, |_| 1, ERROR | ESCAPES, GET_ITER;
        RESERVED = 17, 0, |_| 0, |_| 0, 0, RESERVED;
        GET_LEN = 18, 0, |_| 1, |_| 2, ERROR | ESCAPES, GET_LEN;
        GET_YIELD_FROM_ITER = 19, 0, |_| 1, |_| 1, ERROR | ERROR_NO_POP | ESCAPES, GET_YIELD_FROM_ITER;
        INTERPRETER_EXIT = 20, 0, |_| 1, |_| 0, ESCAPES, INTERPRETER_EXIT;
        LOAD_BUILD_CLASS = 21, 0, |_| 0, |_| 1, ERROR | ESCAPES, LOAD_BUILD_CLASS;
        LOAD_LOCALS = 22, 0, |_| 0, |_| 1, ERROR | ESCAPES, LOAD_LOCALS;
        MAKE_FUNCTION = 23, 0, |_| 1, |_| 1, ERROR | ESCAPES, MAKE_FUNCTION;
        MATCH_KEYS = 24, 0, |_| 2, |_| 3, ERROR | ESCAPES, MATCH_KEYS;
        MATCH_MAPPING = 25, 0, |_| 1, |_| 2, 0, MATCH_MAPPING;
        MATCH_SEQUENCE = 26, 0, |_| 1, |_| 2, 0, MATCH_SEQUENCE;
        NOP = 27, 0, |_| 0, |_| 0, PURE, NOP;
        NOT_TAKEN = 28, 0, |_| 0, |_| 0, PURE, NOT_TAKEN;
        POP_EXCEPT = 29, 0, |_| 1, |_| 0, ESCAPES, POP_EXCEPT;
        POP_ITER = 30, 0, |_| 1, |_| 0, ESCAPES | PURE, POP_ITER;
        POP_TOP = 31, 0, |_| 1, |_| 0, ESCAPES | PURE, POP_TOP;
        PUSH_EXC_INFO = 32, 0, |_| 1, |_| 2, 0, PUSH_EXC_INFO;
        PUSH_NULL = 33, 0, |_| 0, |_| 1, PURE, PUSH_NULL;
        RETURN_GENERATOR = 34, 0, |_| 0, |_| 1, ERROR | ESCAPES, RETURN_GENERATOR;
        RETURN_VALUE = 35, 0, |_| 1, |_| 1, ESCAPES, RETURN_VALUE;
        SETUP_ANNOTATIONS = 36, 0, |_| 0, |_| 0, ERROR | ESCAPES, SETUP_ANNOTATIONS;
        STORE_SLICE = 37, 0, |_| 4, |_| 0, ERROR | ESCAPES, STORE_SLICE;
        STORE_SUBSCR = 38, 1, |_| 3, |_| 0, ERROR | ESCAPES, STORE_SUBSCR;
        TO_BOOL = 39, 3, |_| 1, |_| 1, ERROR | ESCAPES, TO_BOOL;
        UNARY_INVERT = 40, 0, |_| 1, |_| 1, ERROR | ESCAPES, UNARY_INVERT;
        UNARY_NEGATIVE = 41, 0, |_| 1, |_| 1, ERROR | ESCAPES, UNARY_NEGATIVE;
        UNARY_NOT = 42, 0, |_| 1, |_| 1, PURE, UNARY_NOT;
        WITH_EXCEPT_START = 43, 0, |_| 5, |_| 6, ERROR | ESCAPES, WITH_EXCEPT_START;
        BINARY_OP = 44, 5, |_| 2, |_| 1, ARG | ERROR | ERROR_NO_POP | ESCAPES, BINARY_OP;
        BUILD_INTERPOLATION = 45, 0, |oparg| 2 + (oparg & 1), |_| 1, ARG | ERROR | ESCAPES, BUILD_INTERPOLATION;
        BUILD_LIST = 46, 0, |oparg| oparg, |_| 1, ARG | ERROR | ERROR_NO_POP | ESCAPES, BUILD_LIST;
        BUILD_MAP = 47, 0, |oparg| oparg*2, |_| 1, ARG | ERROR | ESCAPES, BUILD_MAP;
        BUILD_SET = 48, 0, |oparg| oparg, |_| 1, ARG | ERROR | ESCAPES, BUILD_SET;
        BUILD_SLICE = 49, 0, |oparg| oparg, |_| 1, ARG | ERROR, BUILD_SLICE;
        BUILD_STRING = 50, 0, |oparg| oparg, |_| 1, ARG | ERROR, BUILD_STRING;
        BUILD_TUPLE = 51, 0, |oparg| oparg, |_| 1, ARG | ERROR | ERROR_NO_POP, BUILD_TUPLE;
        CALL = 52, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | ERROR | ERROR_NO_POP | ESCAPES, CALL;
        CALL_INTRINSIC_1 = 53, 0, |_| 1, |_| 1, ARG | ERROR | ESCAPES, CALL_INTRINSIC_1;
        CALL_INTRINSIC_2 = 54, 0, |_| 2, |_| 1, ARG | ERROR | ESCAPES, CALL_INTRINSIC_2;
        CALL_KW = 55, 3, |oparg| 3 + oparg, |_| 1, ARG | ERROR | ERROR_NO_POP | ESCAPES, CALL_KW;
        COMPARE_OP = 56, 1, |_| 2, |_| 1, ARG | ERROR | ESCAPES, COMPARE_OP;
        CONTAINS_OP = 57, 1, |_| 2, |_| 1, ARG | ERROR | ESCAPES, CONTAINS_OP;
        CONVERT_VALUE = 58, 0, |_| 1, |_| 1, ARG | ERROR | ESCAPES, CONVERT_VALUE;
        COPY = 59, 0, |oparg| 1 + (oparg-1), |oparg| 2 + (oparg-1), ARG | PURE, COPY;
        COPY_FREE_VARS = 60, 0, |_| 0, |_| 0, ARG, COPY_FREE_VARS;
        DELETE_ATTR = 61, 0, |_| 1, |_| 0, ARG | NAME | ERROR | ESCAPES, DELETE_ATTR;
        DELETE_DEREF = 62, 0, |_| 0, |_| 0, ARG | FREE | ERROR | ERROR_NO_POP | ESCAPES, DELETE_DEREF;
        DELETE_FAST = 63, 0, |_| 0, |_| 0, ARG | LOCAL | ERROR | ESCAPES, DELETE_FAST;
        DELETE_GLOBAL = 64, 0, |_| 0, |_| 0, ARG | NAME | ERROR | ERROR_NO_POP | ESCAPES, DELETE_GLOBAL;
        DELETE_NAME = 65, 0, |_| 0, |_| 0, ARG | NAME | ERROR | ERROR_NO_POP | ESCAPES, DELETE_NAME;
        DICT_MERGE = 66, 0, |oparg| 5 + (oparg - 1), |oparg| 4 + (oparg - 1), ARG | ERROR | ESCAPES, DICT_MERGE;
        DICT_UPDATE = 67, 0, |oparg| 2 + (oparg - 1), |oparg| 1 + (oparg - 1), ARG | ERROR | ESCAPES, DICT_UPDATE;
        END_ASYNC_FOR = 68, 0, |_| 2, |_| 0, ARG | JUMP | ERROR | ERROR_NO_POP | ESCAPES, END_ASYNC_FOR;
        EXTENDED_ARG = 69, 0, |_| 0, |_| 0, ARG, EXTENDED_ARG;
        FOR_ITER = 70, 1, |_| 1, |_| 2, ARG | JUMP | ERROR | ERROR_NO_POP | ESCAPES, FOR_ITER;
        GET_AWAITABLE = 71, 0, |_| 1, |_| 1, ARG | ERROR | ESCAPES, GET_AWAITABLE;
        IMPORT_FROM = 72, 0, |_| 1, |_| 2, ARG | NAME | ERROR | ESCAPES, IMPORT_FROM;
        IMPORT_NAME = 73, 0, |_| 2, |_| 1, ARG | NAME | ERROR | ESCAPES, IMPORT_NAME;
        IS_OP = 74, 0, |_| 2, |_| 1, ARG, IS_OP;
        JUMP_BACKWARD = 75, 1, |_| 0, |_| 0, ARG | JUMP | EVAL_BREAK | ERROR | ESCAPES, JUMP_BACKWARD;
        JUMP_BACKWARD_NO_INTERRUPT = 76, 0, |_| 0, |_| 0, ARG | JUMP, JUMP_BACKWARD_NO_INTERRUPT;
        JUMP_FORWARD = 77, 0, |_| 0, |_| 0, ARG | JUMP, JUMP_FORWARD;
        LIST_APPEND = 78, 0, |oparg| 2 + (oparg-1), |oparg| 1 + (oparg-1), ARG | ERROR, LIST_APPEND;
        LIST_EXTEND = 79, 0, |oparg| 2 + (oparg-1), |oparg| 1 + (oparg-1), ARG | ERROR | ESCAPES, LIST_EXTEND;
        LOAD_ATTR = 80, 9, |_| 1, |oparg| 1 + (oparg&1), ARG | NAME | ERROR | ESCAPES, LOAD_ATTR;
        LOAD_COMMON_CONSTANT = 81, 0, |_| 0, |_| 1, ARG, LOAD_COMMON_CONSTANT;
        LOAD_CONST = 82, 0, |_| 0, |_| 1, ARG | CONST, LOAD_CONST;
        LOAD_DEREF = 83, 0, |_| 0, |_| 1, ARG | LOCAL | ERROR | ESCAPES, LOAD_DEREF;
        LOAD_FAST = 84, 0, |_| 0, |_| 1, ARG | LOCAL | PURE, LOAD_FAST;
        LOAD_FAST_AND_CLEAR = 85, 0, |_| 0, |_| 1, ARG | LOCAL, LOAD_FAST_AND_CLEAR;
        LOAD_FAST_BORROW = 86, 0, |_| 0, |_| 1, ARG | LOCAL | PURE, LOAD_FAST_BORROW;
        LOAD_FAST_BORROW_LOAD_FAST_BORROW = 87, 0, |_| 0, |_| 2, ARG | LOCAL, LOAD_FAST_BORROW_LOAD_FAST_BORROW;
        LOAD_FAST_CHECK = 88, 0, |_| 0, |_| 1, ARG | LOCAL | ERROR | ESCAPES, LOAD_FAST_CHECK;
        LOAD_FAST_LOAD_FAST = 89, 0, |_| 0, |_| 2, ARG | LOCAL, LOAD_FAST_LOAD_FAST;
        LOAD_FROM_DICT_OR_DEREF = 90, 0, |_| 1, |_| 1, ARG | FREE | ERROR | ERROR_NO_POP | ESCAPES, LOAD_FROM_DICT_OR_DEREF;
        LOAD_FROM_DICT_OR_GLOBALS = 91, 0, |_| 1, |_| 1, ARG | NAME | ERROR | ERROR_NO_POP | ESCAPES, LOAD_FROM_DICT_OR_GLOBALS;
        LOAD_GLOBAL = 92, 4, |_| 0, |oparg| 1 + (oparg & 1), ARG | NAME | ERROR | ESCAPES, LOAD_GLOBAL;
        LOAD_NAME = 93, 0, |_| 0, |_| 1, ARG | NAME | ERROR | ESCAPES, LOAD_NAME;
        LOAD_SMALL_INT = 94, 0, |_| 0, |_| 1, ARG, LOAD_SMALL_INT;
        LOAD_SPECIAL = 95, 0, |_| 1, |_| 2, ARG | ERROR | ERROR_NO_POP | ESCAPES, LOAD_SPECIAL;
        LOAD_SUPER_ATTR = 96, 1, |_| 3, |oparg| 1 + (oparg & 1), ARG | NAME | ERROR | ESCAPES, LOAD_SUPER_ATTR;
        MAKE_CELL = 97, 0, |_| 0, |_| 0, ARG | FREE | ERROR | ERROR_NO_POP | ESCAPES, MAKE_CELL;
        MAP_ADD = 98, 0, |oparg| 3 + (oparg - 1), |oparg| 1 + (oparg - 1), ARG | ERROR | ESCAPES, MAP_ADD;
        MATCH_CLASS = 99, 0, |_| 3, |_| 1, ARG | ERROR | ESCAPES, MATCH_CLASS;
        POP_JUMP_IF_FALSE = 100, 1, |_| 1, |_| 0, ARG | JUMP, POP_JUMP_IF_FALSE;
        POP_JUMP_IF_NONE = 101, 1, |_| 1, |_| 0, ARG | JUMP, POP_JUMP_IF_NONE;
        POP_JUMP_IF_NOT_NONE = 102, 1, |_| 1, |_| 0, ARG | JUMP, POP_JUMP_IF_NOT_NONE;
        POP_JUMP_IF_TRUE = 103, 1, |_| 1, |_| 0, ARG | JUMP, POP_JUMP_IF_TRUE;
        RAISE_VARARGS = 104, 0, |oparg| oparg, |_| 0, ARG | ERROR | ERROR_NO_POP | ESCAPES, RAISE_VARARGS;
        RERAISE = 105, 0, |oparg| 1 + oparg, |oparg| oparg, ARG | ERROR | ERROR_NO_POP | ESCAPES, RERAISE;
        SEND = 106, 1, |_| 2, |_| 2, ARG | JUMP | ERROR | ESCAPES, SEND;
        SET_ADD = 107, 0, |oparg| 2 + (oparg-1), |oparg| 1 + (oparg-1), ARG | ERROR | ESCAPES, SET_ADD;
        SET_FUNCTION_ATTRIBUTE = 108, 0, |_| 2, |_| 1, ARG | ERROR | ESCAPES, SET_FUNCTION_ATTRIBUTE;
        SET_UPDATE = 109, 0, |oparg| 2 + (oparg-1), |oparg| 1 + (oparg-1), ARG | ERROR | ESCAPES, SET_UPDATE;
        STORE_ATTR = 110, 4, |_| 2, |_| 0, ARG | NAME | ERROR | ESCAPES, STORE_ATTR;
        STORE_DEREF = 111, 0, |_| 1, |_| 0, ARG | FREE | ESCAPES, STORE_DEREF;
        STORE_FAST = 112, 0, |_| 1, |_| 0, ARG | LOCAL | ESCAPES, STORE_FAST;
        STORE_FAST_LOAD_FAST = 113, 0, |_| 1, |_| 1, ARG | LOCAL | ESCAPES, STORE_FAST_LOAD_FAST;
        STORE_FAST_STORE_FAST = 114, 0, |_| 2, |_| 0, ARG | LOCAL | ESCAPES, STORE_FAST_STORE_FAST;
        STORE_GLOBAL = 115, 0, |_| 1, |_| 0, ARG | NAME | ERROR | ESCAPES, STORE_GLOBAL;
        STORE_NAME = 116, 0, |_| 1, |_| 0, ARG | NAME | ERROR | ESCAPES, STORE_NAME;
        SWAP = 117, 0, |oparg| 2 + (oparg-2), |oparg| 2 + (oparg-2), ARG | PURE, SWAP;
        UNPACK_EX = 118, 0, |_| 1, |oparg| 1 + (oparg & 0xFF) + (oparg >> 8), ARG | ERROR | ESCAPES, UNPACK_EX;
        UNPACK_SEQUENCE = 119, 1, |_| 1, |oparg| oparg, ARG | ERROR | ESCAPES, UNPACK_SEQUENCE;
        YIELD_VALUE = 120, 0, |_| 1, |_| 1, ARG | ESCAPES, YIELD_VALUE;
        RESUME = 128, 0, |_| 0, |_| 0, ARG | EVAL_BREAK | ERROR | ERROR_NO_POP | ESCAPES, RESUME;
        BINARY_OP_ADD_FLOAT = 129, 5, |_| 2, |_| 1, EXIT | ERROR, BINARY_OP;
        BINARY_OP_ADD_INT = 130, 5, |_| 2, |_| 1, EXIT | ERROR | ESCAPES, BINARY_OP;
        BINARY_OP_ADD_UNICODE = 131, 5, |_| 2, |_| 1, EXIT | ERROR, BINARY_OP;
        BINARY_OP_EXTEND = 132, 5, |_| 2, |_| 1, DEOPT | ERROR | ESCAPES, BINARY_OP;
        BINARY_OP_MULTIPLY_FLOAT = 133, 5, |_| 2, |_| 1, EXIT | ERROR, BINARY_OP;
        BINARY_OP_MULTIPLY_INT = 134, 5, |_| 2, |_| 1, EXIT | ERROR | ESCAPES, BINARY_OP;
        BINARY_OP_SUBSCR_DICT = 135, 5, |_| 2, |_| 1, EXIT | ERROR | ESCAPES, BINARY_OP;
        BINARY_OP_SUBSCR_GETITEM = 136, 5, |_| 2, |_| 0, DEOPT, BINARY_OP;
        BINARY_OP_SUBSCR_LIST_INT = 137, 5, |_| 2, |_| 1, DEOPT | EXIT | ESCAPES, BINARY_OP;
        BINARY_OP_SUBSCR_LIST_SLICE = 138, 5, |_| 2, |_| 1, EXIT | ERROR | ESCAPES, BINARY_OP;
        BINARY_OP_SUBSCR_STR_INT = 139, 5, |_| 2, |_| 1, DEOPT | EXIT | ESCAPES, BINARY_OP;
        BINARY_OP_SUBSCR_TUPLE_INT = 140, 5, |_| 2, |_| 1, DEOPT | EXIT, BINARY_OP;
        BINARY_OP_SUBTRACT_FLOAT = 141, 5, |_| 2, |_| 1, EXIT | ERROR, BINARY_OP;
        BINARY_OP_SUBTRACT_INT = 142, 5, |_| 2, |_| 1, EXIT | ERROR | ESCAPES, BINARY_OP;
        CALL_ALLOC_AND_ENTER_INIT = 143, 3, |oparg| 2 + oparg, |_| 0, ARG | DEOPT | ERROR | ERROR_NO_POP | ESCAPES, CALL;
        CALL_BOUND_METHOD_EXACT_ARGS = 144, 3, |oparg| 2 + oparg, |_| 0, ARG | DEOPT | EXIT | ESCAPES, CALL;
        CALL_BOUND_METHOD_GENERAL = 145, 3, |oparg| 2 + oparg, |_| 0, ARG | DEOPT | EXIT | ERROR | ERROR_NO_POP | ESCAPES, CALL;
        CALL_BUILTIN_CLASS = 146, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | DEOPT | ERROR | ESCAPES, CALL;
        CALL_BUILTIN_FAST = 147, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | DEOPT | ERROR | ESCAPES, CALL;
        CALL_BUILTIN_FAST_WITH_KEYWORDS = 148, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | DEOPT | ERROR | ESCAPES, CALL;
        CALL_BUILTIN_O = 149, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | EXIT | ERROR | ESCAPES, CALL;
        CALL_ISINSTANCE = 150, 3, |oparg| 2 + oparg, |_| 1, ARG | DEOPT | ERROR | ERROR_NO_POP | ESCAPES, CALL;
        CALL_KW_BOUND_METHOD = 151, 3, |oparg| 3 + oparg, |_| 0, ARG | DEOPT | EXIT | ERROR | ESCAPES, CALL_KW;
        CALL_KW_NON_PY = 152, 3, |oparg| 3 + oparg, |_| 1, ARG | EVAL_BREAK | EXIT | ERROR | ESCAPES, CALL_KW;
        CALL_KW_PY = 153, 3, |oparg| 3 + oparg, |_| 0, ARG | DEOPT | EXIT | ERROR | ESCAPES, CALL_KW;
        CALL_LEN = 154, 3, |_| 3, |_| 1, DEOPT | ERROR | ERROR_NO_POP | ESCAPES, CALL;
        CALL_LIST_APPEND = 155, 3, |_| 3, |_| 0, ARG | DEOPT | ERROR | ESCAPES, CALL;
        CALL_METHOD_DESCRIPTOR_FAST = 156, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | EXIT | ERROR | ESCAPES, CALL;
        CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS = 157, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | EXIT | ERROR | ESCAPES, CALL;
        CALL_METHOD_DESCRIPTOR_NOARGS = 158, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | EXIT | ERROR | ESCAPES, CALL;
        CALL_METHOD_DESCRIPTOR_O = 159, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | EXIT | ERROR | ESCAPES, CALL;
        CALL_NON_PY_GENERAL = 160, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | EXIT | ERROR | ESCAPES, CALL;
        CALL_PY_EXACT_ARGS = 161, 3, |oparg| 2 + oparg, |_| 0, ARG | DEOPT | EXIT, CALL;
        CALL_PY_GENERAL = 162, 3, |oparg| 2 + oparg, |_| 0, ARG | DEOPT | EXIT | ERROR | ERROR_NO_POP | ESCAPES, CALL;
        CALL_STR_1 = 163, 3, |_| 3, |_| 1, ARG | EVAL_BREAK | DEOPT | ERROR | ESCAPES, CALL;
        CALL_TUPLE_1 = 164, 3, |_| 3, |_| 1, ARG | EVAL_BREAK | DEOPT | ERROR | ESCAPES, CALL;
        CALL_TYPE_1 = 165, 3, |_| 3, |_| 1, ARG | DEOPT | ESCAPES, CALL;
        COMPARE_OP_FLOAT = 166, 1, |_| 2, |_| 1, ARG | EXIT, COMPARE_OP;
        COMPARE_OP_INT = 167, 1, |_| 2, |_| 1, ARG | DEOPT | EXIT, COMPARE_OP;
        COMPARE_OP_STR = 168, 1, |_| 2, |_| 1, ARG | EXIT, COMPARE_OP;
        CONTAINS_OP_DICT = 169, 1, |_| 2, |_| 1, ARG | EXIT | ERROR | ESCAPES, CONTAINS_OP;
        CONTAINS_OP_SET = 170, 1, |_| 2, |_| 1, ARG | DEOPT | ERROR | ESCAPES, CONTAINS_OP;
        FOR_ITER_GEN = 171, 1, |_| 1, |_| 1, ARG | DEOPT, FOR_ITER;
        FOR_ITER_LIST = 172, 1, |_| 1, |_| 2, ARG | JUMP | DEOPT | EXIT | ESCAPES, FOR_ITER;
        FOR_ITER_RANGE = 173, 1, |_| 1, |_| 2, ARG | JUMP | EXIT | ERROR, FOR_ITER;
        FOR_ITER_TUPLE = 174, 1, |_| 1, |_| 2, ARG | JUMP | EXIT | ESCAPES, FOR_ITER;
        JUMP_BACKWARD_JIT = 175, 1, |_| 0, |_| 0, ARG | JUMP | EVAL_BREAK | ERROR | ESCAPES, JUMP_BACKWARD;
        JUMP_BACKWARD_NO_JIT = 176, 1, |_| 0, |_| 0, ARG | JUMP | EVAL_BREAK | ERROR | ESCAPES, JUMP_BACKWARD;
        LOAD_ATTR_CLASS = 177, 9, |_| 1, |oparg| 1 + (oparg & 1), ARG | EXIT, LOAD_ATTR;
        LOAD_ATTR_CLASS_WITH_METACLASS_CHECK = 178, 9, |_| 1, |oparg| 1 + (oparg & 1), ARG | EXIT, LOAD_ATTR;
        LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN = 179, 9, |_| 1, |_| 1, ARG | NAME | DEOPT, LOAD_ATTR;
        LOAD_ATTR_INSTANCE_VALUE = 180, 9, |_| 1, |oparg| 1 + (oparg & 1), ARG | DEOPT | EXIT | ESCAPES, LOAD_ATTR;
        LOAD_ATTR_METHOD_LAZY_DICT = 181, 9, |_| 1, |_| 2, ARG | DEOPT | EXIT, LOAD_ATTR;
        LOAD_ATTR_METHOD_NO_DICT = 182, 9, |_| 1, |_| 2, ARG | EXIT, LOAD_ATTR;
        LOAD_ATTR_METHOD_WITH_VALUES = 183, 9, |_| 1, |_| 2, ARG | DEOPT | EXIT, LOAD_ATTR;
        LOAD_ATTR_MODULE = 184, 9, |_| 1, |oparg| 1 + (oparg & 1), ARG | DEOPT | ESCAPES, LOAD_ATTR;
        LOAD_ATTR_NONDESCRIPTOR_NO_DICT = 185, 9, |_| 1, |_| 1, ARG | EXIT | ESCAPES, LOAD_ATTR;
        LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES = 186, 9, |_| 1, |_| 1, ARG | DEOPT | EXIT | ESCAPES, LOAD_ATTR;
        LOAD_ATTR_PROPERTY = 187, 9, |_| 1, |_| 0, ARG | DEOPT | EXIT, LOAD_ATTR;
        LOAD_ATTR_SLOT = 188, 9, |_| 1, |oparg| 1 + (oparg & 1), ARG | DEOPT | EXIT, LOAD_ATTR;
        LOAD_ATTR_WITH_HINT = 189, 9, |_| 1, |oparg| 1 + (oparg & 1), ARG | NAME | DEOPT | EXIT | ESCAPES, LOAD_ATTR;
        LOAD_CONST_IMMORTAL = 190, 0, |_| 0, |_| 1, ARG | CONST, LOAD_CONST;
        LOAD_CONST_MORTAL = 191, 0, |_| 0, |_| 1, ARG | CONST, LOAD_CONST;
        LOAD_GLOBAL_BUILTIN = 192, 4, |_| 0, |oparg| 1 + (oparg & 1), ARG | DEOPT, LOAD_GLOBAL;
        LOAD_GLOBAL_MODULE = 193, 4, |_| 0, |oparg| 1 + (oparg & 1), ARG | DEOPT, LOAD_GLOBAL;
        LOAD_SUPER_ATTR_ATTR = 194, 1, |_| 3, |_| 1, ARG | NAME | DEOPT | ERROR | ESCAPES, LOAD_SUPER_ATTR;
        LOAD_SUPER_ATTR_METHOD = 195, 1, |_| 3, |_| 2, ARG | NAME | DEOPT | ERROR | ERROR_NO_POP | ESCAPES, LOAD_SUPER_ATTR;
        RESUME_CHECK = 196, 0, |_| 0, |_| 0, DEOPT, RESUME;
        SEND_GEN = 197, 1, |_| 2, |_| 1, ARG | DEOPT, SEND;
        STORE_ATTR_INSTANCE_VALUE = 198, 4, |_| 2, |_| 0, EXIT | ESCAPES, STORE_ATTR;
        STORE_ATTR_SLOT = 199, 4, |_| 2, |_| 0, DEOPT | EXIT | ESCAPES, STORE_ATTR;
        STORE_ATTR_WITH_HINT = 200, 4, |_| 2, |_| 0, ARG | NAME | DEOPT | EXIT | ESCAPES, STORE_ATTR;
        STORE_SUBSCR_DICT = 201, 1, |_| 3, |_| 0, EXIT | ERROR | ESCAPES, STORE_SUBSCR;
        STORE_SUBSCR_LIST_INT = 202, 1, |_| 3, |_| 0, DEOPT | EXIT | ESCAPES, STORE_SUBSCR;
        TO_BOOL_ALWAYS_TRUE = 203, 3, |_| 1, |_| 1, EXIT | ESCAPES, TO_BOOL;
        TO_BOOL_BOOL = 204, 3, |_| 1, |_| 1, EXIT, TO_BOOL;
        TO_BOOL_INT = 205, 3, |_| 1, |_| 1, EXIT | ESCAPES, TO_BOOL;
        TO_BOOL_LIST = 206, 3, |_| 1, |_| 1, EXIT, TO_BOOL;
        TO_BOOL_NONE = 207, 3, |_| 1, |_| 1, EXIT, TO_BOOL;
        TO_BOOL_STR = 208, 3, |_| 1, |_| 1, EXIT | ESCAPES, TO_BOOL;
        UNPACK_SEQUENCE_LIST = 209, 1, |_| 1, |oparg| oparg, ARG | DEOPT | EXIT, UNPACK_SEQUENCE;
        UNPACK_SEQUENCE_TUPLE = 210, 1, |_| 1, |oparg| oparg, ARG | DEOPT | EXIT, UNPACK_SEQUENCE;
        UNPACK_SEQUENCE_TWO_TUPLE = 211, 1, |_| 1, |_| 2, ARG | DEOPT | EXIT | ESCAPES, UNPACK_SEQUENCE;
        INSTRUMENTED_END_FOR = 234, 0, |_| 2, |_| 1, ERROR | ERROR_NO_POP | ESCAPES | NO_SAVE_IP, END_FOR;
        INSTRUMENTED_POP_ITER = 235, 0, |_| 1, |_| 0, ESCAPES, POP_ITER;
        INSTRUMENTED_END_SEND = 236, 0, |_| 2, |_| 1, ERROR | ERROR_NO_POP | ESCAPES, END_SEND;
        INSTRUMENTED_FOR_ITER = 237, 1, |_| 1, |_| 2, ARG | JUMP | ERROR | ERROR_NO_POP | ESCAPES, FOR_ITER;
        INSTRUMENTED_INSTRUCTION = 238, 0, |_| 0, |_| 0, ERROR | ESCAPES, INSTRUMENTED_INSTRUCTION;
        INSTRUMENTED_JUMP_FORWARD = 239, 0, |_| 0, |_| 0, ARG, JUMP_FORWARD;
        INSTRUMENTED_NOT_TAKEN = 240, 0, |_| 0, |_| 0, 0, NOT_TAKEN;
        INSTRUMENTED_POP_JUMP_IF_TRUE = 241, 1, |_| 1, |_| 0, ARG, POP_JUMP_IF_TRUE;
        INSTRUMENTED_POP_JUMP_IF_FALSE = 242, 1, |_| 1, |_| 0, ARG, POP_JUMP_IF_FALSE;
        INSTRUMENTED_POP_JUMP_IF_NONE = 243, 1, |_| 1, |_| 0, ARG | ESCAPES, POP_JUMP_IF_NONE;
        INSTRUMENTED_POP_JUMP_IF_NOT_NONE = 244, 1, |_| 1, |_| 0, ARG | ESCAPES, POP_JUMP_IF_NOT_NONE;
        INSTRUMENTED_RESUME = 245, 0, |_| 0, |_| 0, ARG | EVAL_BREAK | ERROR | ERROR_NO_POP | ESCAPES, RESUME;
        INSTRUMENTED_RETURN_VALUE = 246, 0, |_| 1, |_| 1, ERROR | ESCAPES, RETURN_VALUE;
        INSTRUMENTED_YIELD_VALUE = 247, 0, |_| 1, |_| 1, ARG | ERROR | ERROR_NO_POP | ESCAPES, YIELD_VALUE;
        INSTRUMENTED_END_ASYNC_FOR = 248, 0, |_| 2, |_| 0, ARG | JUMP | ERROR | ERROR_NO_POP | ESCAPES, END_ASYNC_FOR;
        INSTRUMENTED_LOAD_SUPER_ATTR = 249, 1, |_| 3, |oparg| 1 + (oparg & 1), ARG | NAME | ERROR | ESCAPES, LOAD_SUPER_ATTR;
        INSTRUMENTED_CALL = 250, 3, |oparg| 2 + oparg, |_| 1, ARG | EVAL_BREAK | ERROR | ERROR_NO_POP | ESCAPES, CALL;
        INSTRUMENTED_CALL_KW = 251, 3, |oparg| 3 + oparg, |_| 1, ARG | ERROR | ERROR_NO_POP | ESCAPES, CALL_KW;
        INSTRUMENTED_CALL_FUNCTION_EX = 252, 0, |_| 4, |_| 1, EVAL_BREAK | ERROR | ERROR_NO_POP | ESCAPES, CALL_FUNCTION_EX;
        INSTRUMENTED_JUMP_BACKWARD = 253, 1, |_| 0, |_| 0, ARG | EVAL_BREAK | ERROR | ESCAPES, JUMP_BACKWARD;
        INSTRUMENTED_LINE = 254, 0, |_| 0, |_| 0, ESCAPES, INSTRUMENTED_LINE;
        ENTER_EXECUTOR = 255, 0, |_| 0, |_| 0, ARG, ENTER_EXECUTOR;
    }
    pseudo {
        ANNOTATIONS_PLACEHOLDER = 256, |_| 0, |_| 0, PURE;
        JUMP = 257, |_| 0, |_| 0, ARG | JUMP | EVAL_BREAK | ERROR | ESCAPES;
        JUMP_IF_FALSE = 258, |_| 1, |_| 1, ARG | JUMP | ERROR | ESCAPES;
        JUMP_IF_TRUE = 259, |_| 1, |_| 1, ARG | JUMP | ERROR | ESCAPES;
        JUMP_NO_INTERRUPT = 260, |_| 0, |_| 0, ARG | JUMP;
        LOAD_CLOSURE = 261, |_| 0, |_| 1, ARG | LOCAL | PURE;
        POP_BLOCK = 262, |_| 0, |_| 0, PURE;
        SETUP_CLEANUP = 263, |_| 0, |_| 2, PURE | ARG;
        SETUP_FINALLY = 264, |_| 0, |_| 1, PURE | ARG;
        SETUP_WITH = 265, |_| 0, |_| 1, PURE | ARG;
        STORE_FAST_MAYBE_NULL = 266, |_| 1, |_| 0, ARG | LOCAL | ESCAPES;
    }
}

/// `_PyOpcode_Caches` for every opcode byte: specialized and instrumented opcodes have their base's count.
pub static CACHES: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = OPCODES[i].caches;
        i += 1;
    }
    table
};

/// `_PyOpcode_Deopt`: the adaptive form of a specialized opcode. Instrumented opcodes map to themselves here
/// (see [`DEINSTRUMENT`]).
pub static DEOPTIMIZED: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = if i >= MIN_INSTRUMENTED_OPCODE as usize {
            i as u8
        } else {
            OPCODES[i].base as u8
        };
        i += 1;
    }
    table
};

/// The opcode that an instrumented opcode stands for; 0 where there is none.
pub static DEINSTRUMENT: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = MIN_INSTRUMENTED_OPCODE as usize;
    while i < 256 {
        if OPCODES[i].base as usize != i {
            table[i] = OPCODES[i].base as u8;
        }
        i += 1;
    }
    table
};

/// The instrumented form of an opcode (in its adaptive form); 0 where there is none.
pub static INSTRUMENT: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = MIN_INSTRUMENTED_OPCODE as usize;
    while i < 256 {
        if OPCODES[i].base as usize != i {
            table[OPCODES[i].base as usize] = i as u8;
        }
        i += 1;
    }
    table
};

/// Opcodes from here on have an argument (`opcode.HAVE_ARGUMENT` is one less than the first of them).
pub const HAVE_ARGUMENT: u8 = 43;
/// Instrumented opcodes have this number or a higher one.
pub const MIN_INSTRUMENTED_OPCODE: u8 = 234;
/// The highest number of a real opcode that code may hold.
pub const MAX_REAL_OPCODE: u16 = 254;

/// The row of an opcode.
///
/// # Panics
/// If `op` is not below [`COUNT`].
#[inline]
pub fn info(op: u16) -> &'static Info {
    &OPCODES[op as usize]
}

/// The name of an opcode, or `None` for an unused number.
pub fn name(op: u16) -> Option<&'static str> {
    OPCODES.get(op as usize).map(|i| i.name).filter(|n| !n.is_empty())
}

/// The number of the opcode of this name.
pub fn number(name: &str) -> Option<u16> {
    OPCODES
        .iter()
        .position(|i| i.name == name && !name.is_empty())
        .map(|n| n as u16)
}

#[inline]
fn has(op: u16, flags: u16) -> bool {
    OPCODES.get(op as usize).is_some_and(|i| i.flags & flags != 0)
}

#[inline]
pub fn has_arg(op: u16) -> bool {
    has(op, ARG)
}

#[inline]
pub fn has_const(op: u16) -> bool {
    has(op, CONST)
}

#[inline]
pub fn has_name(op: u16) -> bool {
    has(op, NAME)
}

#[inline]
pub fn has_jump(op: u16) -> bool {
    has(op, JUMP)
}

#[inline]
pub fn has_free(op: u16) -> bool {
    has(op, FREE)
}

#[inline]
pub fn has_local(op: u16) -> bool {
    has(op, LOCAL)
}

/// `_opcode.has_exc`: pushes an exception handler.
#[inline]
pub fn has_exc(op: u16) -> bool {
    matches!(
        op,
        pseudo::SETUP_FINALLY | pseudo::SETUP_WITH | pseudo::SETUP_CLEANUP
    )
}

/// Has a jump target: a jump, or a pseudo opcode that pushes a handler.
#[inline]
pub fn has_target(op: u16) -> bool {
    has_jump(op) || has_exc(op)
}

pub fn is_pseudo(op: u16) -> bool {
    op >= 256 && name(op).is_some()
}

/// Is one of the forms that an adaptive opcode specializes to.
pub fn is_specialized(op: u8) -> bool {
    DEOPTIMIZED[op as usize] != op
}

/// The net effect on the depth of the stack, as `dis.stack_effect` gives it; `None` for unknown and for
/// specialized opcodes. `jump`: whether the jump (or the handler) is taken.
pub fn stack_effect(op: u16, oparg: i64, jump: bool) -> Option<i64> {
    let info = OPCODES.get(op as usize)?;
    if info.name.is_empty() || (op <= MAX_REAL_OPCODE && is_specialized(op as u8)) {
        return None;
    }
    if has_exc(op) && !jump {
        return Some(0);
    }
    Some((info.pushed)(oparg) - (info.popped)(oparg))
}

/// The names of an adaptive opcode's specialized forms, in the order of `_opcode_metadata._specializations`.
pub static SPECIALIZATIONS: &[(&str, &[&str])] = &[
    ("RESUME", &["RESUME_CHECK"]),
    ("LOAD_CONST", &["LOAD_CONST_MORTAL", "LOAD_CONST_IMMORTAL"]),
    (
        "TO_BOOL",
        &[
            "TO_BOOL_ALWAYS_TRUE",
            "TO_BOOL_BOOL",
            "TO_BOOL_INT",
            "TO_BOOL_LIST",
            "TO_BOOL_NONE",
            "TO_BOOL_STR",
        ],
    ),
    (
        "BINARY_OP",
        &[
            "BINARY_OP_MULTIPLY_INT",
            "BINARY_OP_ADD_INT",
            "BINARY_OP_SUBTRACT_INT",
            "BINARY_OP_MULTIPLY_FLOAT",
            "BINARY_OP_ADD_FLOAT",
            "BINARY_OP_SUBTRACT_FLOAT",
            "BINARY_OP_ADD_UNICODE",
            "BINARY_OP_SUBSCR_LIST_INT",
            "BINARY_OP_SUBSCR_LIST_SLICE",
            "BINARY_OP_SUBSCR_TUPLE_INT",
            "BINARY_OP_SUBSCR_STR_INT",
            "BINARY_OP_SUBSCR_DICT",
            "BINARY_OP_SUBSCR_GETITEM",
            "BINARY_OP_EXTEND",
            "BINARY_OP_INPLACE_ADD_UNICODE",
        ],
    ),
    ("STORE_SUBSCR", &["STORE_SUBSCR_DICT", "STORE_SUBSCR_LIST_INT"]),
    ("SEND", &["SEND_GEN"]),
    (
        "UNPACK_SEQUENCE",
        &[
            "UNPACK_SEQUENCE_TWO_TUPLE",
            "UNPACK_SEQUENCE_TUPLE",
            "UNPACK_SEQUENCE_LIST",
        ],
    ),
    (
        "STORE_ATTR",
        &[
            "STORE_ATTR_INSTANCE_VALUE",
            "STORE_ATTR_SLOT",
            "STORE_ATTR_WITH_HINT",
        ],
    ),
    ("LOAD_GLOBAL", &["LOAD_GLOBAL_MODULE", "LOAD_GLOBAL_BUILTIN"]),
    (
        "LOAD_SUPER_ATTR",
        &["LOAD_SUPER_ATTR_ATTR", "LOAD_SUPER_ATTR_METHOD"],
    ),
    (
        "LOAD_ATTR",
        &[
            "LOAD_ATTR_INSTANCE_VALUE",
            "LOAD_ATTR_MODULE",
            "LOAD_ATTR_WITH_HINT",
            "LOAD_ATTR_SLOT",
            "LOAD_ATTR_CLASS",
            "LOAD_ATTR_CLASS_WITH_METACLASS_CHECK",
            "LOAD_ATTR_PROPERTY",
            "LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN",
            "LOAD_ATTR_METHOD_WITH_VALUES",
            "LOAD_ATTR_METHOD_NO_DICT",
            "LOAD_ATTR_METHOD_LAZY_DICT",
            "LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES",
            "LOAD_ATTR_NONDESCRIPTOR_NO_DICT",
        ],
    ),
    (
        "COMPARE_OP",
        &["COMPARE_OP_FLOAT", "COMPARE_OP_INT", "COMPARE_OP_STR"],
    ),
    ("CONTAINS_OP", &["CONTAINS_OP_SET", "CONTAINS_OP_DICT"]),
    ("JUMP_BACKWARD", &["JUMP_BACKWARD_NO_JIT", "JUMP_BACKWARD_JIT"]),
    (
        "FOR_ITER",
        &[
            "FOR_ITER_LIST",
            "FOR_ITER_TUPLE",
            "FOR_ITER_RANGE",
            "FOR_ITER_GEN",
        ],
    ),
    (
        "CALL",
        &[
            "CALL_BOUND_METHOD_EXACT_ARGS",
            "CALL_PY_EXACT_ARGS",
            "CALL_TYPE_1",
            "CALL_STR_1",
            "CALL_TUPLE_1",
            "CALL_BUILTIN_CLASS",
            "CALL_BUILTIN_O",
            "CALL_BUILTIN_FAST",
            "CALL_BUILTIN_FAST_WITH_KEYWORDS",
            "CALL_LEN",
            "CALL_ISINSTANCE",
            "CALL_LIST_APPEND",
            "CALL_METHOD_DESCRIPTOR_O",
            "CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS",
            "CALL_METHOD_DESCRIPTOR_NOARGS",
            "CALL_METHOD_DESCRIPTOR_FAST",
            "CALL_ALLOC_AND_ENTER_INIT",
            "CALL_PY_GENERAL",
            "CALL_BOUND_METHOD_GENERAL",
            "CALL_NON_PY_GENERAL",
        ],
    ),
    (
        "CALL_KW",
        &["CALL_KW_BOUND_METHOD", "CALL_KW_PY", "CALL_KW_NON_PY"],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_agree() {
        assert_eq!(name(44), Some("BINARY_OP"));
        assert_eq!(number("JUMP"), Some(257));
        assert_eq!(name(121), None);
        assert_eq!(DEOPTIMIZED[BINARY_OP_ADD_INT as usize], BINARY_OP);
        assert_eq!(DEINSTRUMENT[INSTRUMENTED_CALL as usize], CALL);
        assert_eq!(INSTRUMENT[CALL as usize], INSTRUMENTED_CALL);
        assert_eq!(CACHES[LOAD_ATTR_SLOT as usize], 9);
        for (family, members) in SPECIALIZATIONS {
            for member in *members {
                let n = number(member).expect("a known opcode");
                assert_eq!(name(info(n).base), Some(*family));
            }
        }
    }

    #[test]
    fn stack_effects() {
        assert_eq!(stack_effect(BUILD_MAP.into(), 3, false), Some(-5));
        assert_eq!(stack_effect(pseudo::SETUP_WITH, 0, true), Some(1));
        assert_eq!(stack_effect(pseudo::SETUP_WITH, 0, false), Some(0));
        assert_eq!(stack_effect(BINARY_OP_ADD_INT.into(), 0, false), None);
    }
}
