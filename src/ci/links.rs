//! Where a CI says that sources can be read in a browser.
//!
//! Variables: `GITHUB_SERVER_URL`, `GITHUB_REPOSITORY`
//! (<https://docs.github.com/en/actions/reference/variables-reference>), which Gitea and Forgejo set too; `CI_PROJECT_URL`
//! (<https://docs.gitlab.com/ci/variables/predefined_variables>).

use super::{Env, var};
use crate::model::SourceLinks;

/// Addresses of lines on the system of this name; `None` when it has none, or its variables hold anything but a plain address.
pub fn source_links(provider: &str, env: &Env) -> Option<SourceLinks> {
    let own = || Some(format!("{}/{}", var(env, "GITHUB_SERVER_URL")?, var(env, "GITHUB_REPOSITORY")?));
    let (project, folder, between) = match provider {
        "github" => (own()?, "blob", "-L"),
        "gitea" | "forgejo" => (own()?, "src/commit", "-L"),
        "gitlab" => (var(env, "CI_PROJECT_URL")?.to_owned(), "-/blob", "-"),
        _ => return None,
    };
    is_plain(&project).then(|| SourceLinks { base: format!("{project}/{folder}/"), between })
}

/// An address without credentials, and of characters that mean nothing in Markdown.
fn is_plain(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.:-_~".contains(&byte);
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_system_has_its_form() {
        let env = env(&[
            ("GITHUB_SERVER_URL", "https://github.example"),
            ("GITHUB_REPOSITORY", "o/r"),
            ("CI_PROJECT_URL", "https://gitlab.example:8443/g/s/p"),
        ]);
        let base = |provider| source_links(provider, &env).map(|links| (links.base, links.between));
        assert_eq!(base("github"), Some(("https://github.example/o/r/blob/".to_owned(), "-L")));
        assert_eq!(base("gitea"), Some(("https://github.example/o/r/src/commit/".to_owned(), "-L")));
        assert_eq!(base("forgejo"), base("gitea"));
        assert_eq!(base("gitlab"), Some(("https://gitlab.example:8443/g/s/p/-/blob/".to_owned(), "-")));
        assert_eq!(base("jenkins"), None);
    }

    #[test]
    fn what_is_no_plain_address_is_no_link() {
        for address in
            ["", "x", "javascript:x", "https://", "https://u:p@h/r", "https://h/a)b", "https://h/a b"]
        {
            assert_eq!(source_links("gitlab", &env(&[("CI_PROJECT_URL", address)])), None, "{address}");
        }
        assert_eq!(source_links("github", &env(&[("GITHUB_REPOSITORY", "o/r")])), None);
    }
}
