//! Tokens: their kinds (the names of the `token` module, with a kind for each keyword) and their places.

/// The kind of a token. Each hard keyword has its own; soft keywords are `Name`s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum TokenKind {
    EndMarker,
    Name,
    Number,
    String,
    Newline,
    Indent,
    Dedent,
    LPar,
    RPar,
    LSqb,
    RSqb,
    Colon,
    Comma,
    Semi,
    Plus,
    Minus,
    Star,
    Slash,
    VBar,
    Amper,
    Less,
    Greater,
    Equal,
    Dot,
    Percent,
    LBrace,
    RBrace,
    EqEqual,
    NotEqual,
    LessEqual,
    GreaterEqual,
    Tilde,
    Circumflex,
    LeftShift,
    RightShift,
    DoubleStar,
    PlusEqual,
    MinEqual,
    StarEqual,
    SlashEqual,
    PercentEqual,
    AmperEqual,
    VBarEqual,
    CircumflexEqual,
    LeftShiftEqual,
    RightShiftEqual,
    DoubleStarEqual,
    DoubleSlash,
    DoubleSlashEqual,
    At,
    AtEqual,
    RArrow,
    Ellipsis,
    ColonEqual,
    Exclamation,
    FStringStart,
    FStringMiddle,
    FStringEnd,
    TStringStart,
    TStringMiddle,
    TStringEnd,
    TypeIgnore,
    TypeComment,
    /// Only with `extra_tokens`.
    Comment,
    /// A line end that ends no statement: only with `extra_tokens`.
    Nl,
    /// A character that belongs to no token: only with `extra_tokens`.
    Op,
    /// The place where the tokenizer failed.
    Error,
    // The keywords, in alphabetical order.
    False,
    None,
    True,
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
    Yield,
}

impl TokenKind {
    /// The hard keyword that the text spells.
    pub fn keyword(text: &[u8]) -> Option<TokenKind> {
        use TokenKind::*;
        Some(match text {
            b"if" => If,
            b"in" => In,
            b"is" => Is,
            b"or" => Or,
            b"as" => As,
            b"and" => And,
            b"not" => Not,
            b"for" => For,
            b"def" => Def,
            b"del" => Del,
            b"try" => Try,
            b"None" => None,
            b"True" => True,
            b"from" => From,
            b"else" => Else,
            b"elif" => Elif,
            b"with" => With,
            b"pass" => Pass,
            b"False" => False,
            b"class" => Class,
            b"raise" => Raise,
            b"while" => While,
            b"yield" => Yield,
            b"break" => Break,
            b"async" => Async,
            b"await" => Await,
            b"return" => Return,
            b"import" => Import,
            b"except" => Except,
            b"assert" => Assert,
            b"lambda" => Lambda,
            b"global" => Global,
            b"finally" => Finally,
            b"continue" => Continue,
            b"nonlocal" => Nonlocal,
            _ => return Option::None,
        })
    }

    pub fn is_keyword(self) -> bool {
        self as u8 >= TokenKind::False as u8
    }

    /// The number that the `token` module gives the kind (3.14); operators by their exact type.
    pub fn number(self) -> u8 {
        use TokenKind::*;
        match self {
            EndMarker => 0,
            Name => 1,
            Number => 2,
            String => 3,
            Newline => 4,
            Indent => 5,
            Dedent => 6,
            Op => 55,
            TypeIgnore => 56,
            TypeComment => 57,
            FStringStart => 59,
            FStringMiddle => 60,
            FStringEnd => 61,
            TStringStart => 62,
            TStringMiddle => 63,
            TStringEnd => 64,
            Comment => 65,
            Nl => 66,
            Error => 67,
            k if k.is_keyword() => 1,
            // The operators stand in the module's order.
            k => k as u8,
        }
    }
}

/// A token's place. Columns are 0-based UTF-8 byte offsets within the line; -1 for tokens without text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: TokenKind,
    /// How many brackets are open after the token.
    pub level: u8,
    /// 1-based.
    pub lineno: u32,
    pub end_lineno: u32,
    pub col: i32,
    pub end_col: i32,
    /// Byte offsets into the source.
    pub start: u32,
    pub end: u32,
}

#[cfg(test)]
mod tests {
    use super::TokenKind;

    #[test]
    fn numbers_are_those_of_the_token_module() {
        let known = [
            (TokenKind::EndMarker, 0),
            (TokenKind::LPar, 7),
            (TokenKind::Colon, 11),
            (TokenKind::Percent, 24),
            (TokenKind::LBrace, 25),
            (TokenKind::EqEqual, 27),
            (TokenKind::Exclamation, 54),
            (TokenKind::FStringStart, 59),
            (TokenKind::TStringEnd, 64),
            (TokenKind::Nl, 66),
            (TokenKind::While, 1),
        ];
        for (kind, number) in known {
            assert_eq!(kind.number(), number, "{kind:?}");
        }
    }
}
