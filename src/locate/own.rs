//! What the module at the root holds, as names alone tell.
//!
//! A package lies in the directory that its import path names below its module, and in no other module when no go.mod stands
//! between (Go Modules Reference, "Modules, packages, and versions"). So most names say where their files are before any
//! directory is listed.

use crate::model::FileName;

use super::modules::{self, GoMod};
use super::paths::{self, Form};

/// The path that the module at the root has for its own packages. `None` where its go.mod sends paths to other directories.
pub(super) fn module_path(text: &GoMod) -> Option<&str> {
    let is_plain = text.replaces.iter().all(|replace| replace.directory().is_none());
    text.module.as_deref().filter(|path| is_plain && !path.is_empty())
}

/// The file that a name gives in a module, relative to its directory.
pub(super) fn file_in<'n>(module: &str, name: &'n str) -> Option<&'n str> {
    let is_odd = |part| matches!(part, "" | "." | "..");
    if paths::form(name) != Form::Import || name.split('/').any(is_odd) || paths::module_cache(name).is_some()
    {
        return None;
    }
    if module == "std" && paths::is_std(name) {
        return Some(name);
    }
    paths::under(module, name)
}

/// Where the files of a profile are when all of them belong to the module at the root, whose go.mod this is: paths relative to
/// its directory, in the order of the names. `None` as soon as one name leads elsewhere.
pub fn own_files<'n>(go_mod: &str, names: &'n [FileName]) -> Option<Vec<&'n str>> {
    let text = modules::go_mod(go_mod);
    let module = module_path(&text)?;
    // A copy of another module is that module's.
    let is_copy =
        |file: &str| module != "std" && paths::directory(file).split('/').any(|part| part == "vendor");
    names.iter().map(|name| file_in(module, name.as_str()).filter(|file| !is_copy(file))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(go_mod: &str, names: &[&str]) -> Option<Vec<String>> {
        let names: Vec<FileName> = names.iter().map(|name| FileName::new(name)).collect();
        Some(own_files(go_mod, &names)?.into_iter().map(str::to_owned).collect())
    }

    #[test]
    fn names_below_the_module_tell_their_files() {
        let text = "module example.com/m\nrequire example.com/x v1.0.0\nreplace example.com/x => example.com/y v1.0.0\n";
        let files = own(text, &["example.com/m/a.go", "example.com/m/sub/b.go"]);
        assert_eq!(files, Some(vec!["a.go".to_owned(), "sub/b.go".to_owned()]));
        for odd in [
            "example.com/more/a.go",
            "example.com/m/../b.go",
            "example.com/m//b.go",
            "example.com/m@v1.0.0/a.go",
            "example.com/m/vendor/x.org/y/a.go",
            "fmt/print.go",
            "/example.com/m/a.go",
            "./a.go",
            "a.go",
            "command-line-arguments/a.go",
        ] {
            assert_eq!(own(text, &["example.com/m/a.go", odd]), None, "{odd}");
        }
        assert_eq!(
            own("module example.com/m\nreplace example.com/x => ./x\n", &["example.com/m/a.go"]),
            None
        );
        assert_eq!(own("go 1.26\n", &["a/b.go"]), None);
        assert_eq!(
            own("module std\n", &["sort/sort.go", "vendor/golang.org/x/a.go"]).map(|files| files.len()),
            Some(2)
        );
        assert_eq!(own("module std\n", &["example.com/a.go"]), None);
    }
}
