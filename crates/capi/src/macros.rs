//! `capi!`, by which functions are declared.

/// Declares functions of the C API: `fn NAME(arg: Type, …) -> Type { … }`. The result type is a Rust one that [`crate::ret`]
/// knows the C form of, so that `?` works in all of them.
macro_rules! capi {
    (@result) => { () };
    (@result $ret:ty) => { $ret };
    ($($(#[$m:meta])* fn $name:ident($($arg:ident : $ty:ty),* $(,)?) $(-> $ret:ty)? $body:block)*) => {$(
        $(#[$m])*
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($arg: $ty),*) $(-> <$ret as $crate::ret::IntoC>::C)? {
            #[allow(unused_unsafe, clippy::redundant_closure_call, clippy::undocumented_unsafe_blocks)]
            // SAFETY: the contract of the header, which the caller keeps (see the crate's documentation).
            let result = (move || -> capi!(@result $($ret)?) { unsafe { $body } })();
            #[allow(clippy::unit_arg)]
            $crate::ret::IntoC::into_c(result)
        }
    )*};
}
