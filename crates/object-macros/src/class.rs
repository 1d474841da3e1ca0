//! `#[pyclass(name = "…", type = PyX_Type, flags(…), base = PyY, itemsize = …)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, ItemStruct, LitCStr, LitStr, Path, Token, parenthesized};

#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    export: Option<Ident>,
    base: Option<Path>,
    flags: Vec<Ident>,
    itemsize: Option<Expr>,
    basicsize: Option<Expr>,
    /// The field, or the way to it through fields (`body.weakreflist`).
    weaklist: Option<TokenStream>,
    dict: Option<Ident>,
    vectorcall: Option<Ident>,
}

impl Parse for Options {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut o = Options::default();
        while !input.is_empty() {
            let key: Ident = if input.peek(Token![type]) {
                let t: Token![type] = input.parse()?;
                Ident::new("type", t.span)
            } else {
                input.parse()?
            };
            if key == "flags" {
                let inner;
                parenthesized!(inner in input);
                let list = inner.parse_terminated(Ident::parse, Token![,])?;
                o.flags = list.into_iter().collect();
            } else {
                input.parse::<Token![=]>()?;
                match key.to_string().as_str() {
                    "name" => o.name = Some(input.parse()?),
                    "type" => o.export = Some(input.parse()?),
                    "base" => o.base = Some(input.parse()?),
                    "itemsize" => o.itemsize = Some(input.parse()?),
                    "basicsize" => o.basicsize = Some(input.parse()?),
                    "weaklist" => {
                        let way = Punctuated::<Ident, Token![.]>::parse_separated_nonempty(input)?;
                        o.weaklist = Some(quote!(#way));
                    }
                    "dict" => o.dict = Some(input.parse()?),
                    "vectorcall" => o.vectorcall = Some(input.parse()?),
                    other => return Err(syn::Error::new(key.span(), format!("unknown option {other}"))),
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(o)
    }
}

pub fn expand(attr: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let options: Options = syn::parse2(attr)?;
    let item: ItemStruct = syn::parse2(item)?;
    let ident = &item.ident;
    let name = options
        .name
        .ok_or_else(|| syn::Error::new(ident.span(), "pyclass needs name = \"…\""))?;
    let short = name.value().rsplit('.').next().unwrap_or_default().to_string();
    let cname = LitCStr::new(
        &std::ffi::CString::new(name.value()).expect("no NUL in a name"),
        name.span(),
    );
    let (export, static_ident) = match options.export {
        Some(id) => (quote!(#[unsafe(no_mangle)]), id),
        None => (
            quote!(),
            format_ident!("{}_TYPE", ident.to_string().to_uppercase()),
        ),
    };
    let flags = options
        .flags
        .iter()
        .map(|f| quote!(| ::object::typeobject::flags::#f));
    let flags: Vec<_> = flags.collect();
    let itemsize = options.itemsize.map_or(quote!(0), |e| quote!(#e));
    let basicsize = options
        .basicsize
        .map_or(quote!(::std::mem::size_of::<#ident>()), |e| quote!(#e));
    let has_base = options.base.is_some();
    let base = match options.base {
        Some(path) => quote!(::std::option::Option::Some(<#path as ::object::PyClass>::type_object())),
        None => quote!(::std::option::Option::None),
    };
    let offset = |field: Option<Ident>| match field {
        Some(f) => quote!(::std::mem::offset_of!(#ident, #f) as isize),
        None => quote!(0),
    };
    let (weaklist, dict, vectorcall) = (
        options
            .weaklist
            .map_or(quote!(0), |f| quote!(::std::mem::offset_of!(#ident, #f) as isize)),
        offset(options.dict),
        offset(options.vectorcall),
    );
    // subclass flags give the fast check, to the class that they are named after alone
    let fast = options
        .flags
        .iter()
        .find(|f| !has_base && f.to_string().ends_with("_SUBCLASS"));
    let check = fast.map(|f| {
        quote! {
            #[inline(always)]
            fn check(obj: &::object::PyObject) -> bool { obj.ty().has(::object::typeobject::flags::#f) }
        }
    });
    Ok(quote! {
        #item

        #[doc = concat!("The type object `", #name, "`.")]
        #export
        #[allow(non_upper_case_globals)]
        pub static #static_ident: ::object::PyTypeObject =
            ::object::PyTypeObject::new_static(#cname, #basicsize, #itemsize as usize, 0 #(#flags)*);

        // SAFETY: `repr(C)` with the head first, as the layout of the type's instances must be.
        unsafe impl ::object::PyLayout for #ident {}
        // SAFETY: instances of the type are made with this layout.
        unsafe impl ::object::PyClass for #ident {
            const NAME: &'static str = #short;
            #[inline(always)]
            fn type_object() -> &'static ::object::PyTypeObject { &#static_ident }
            #check
        }
        impl ::object::class::ClassInfo for #ident {
            fn base() -> ::std::option::Option<&'static ::object::PyTypeObject> { #base }
            const WEAKLIST_OFFSET: isize = #weaklist;
            const DICT_OFFSET: isize = #dict;
            const VECTORCALL_OFFSET: isize = #vectorcall;
        }
    })
}
