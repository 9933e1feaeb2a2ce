//! `--fetch`: runs `git fetch` once for what a base is missing. The only place where another program runs, and only when asked.
//!
//! In: a [`BaseError`]. Out: the objects in the repository, or an error with git's own words. Invariants: bounded in time;
//! nothing waits for a password; no hook, no maintenance in the background; no tags, no submodules.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use camino::Utf8Path;

use crate::ci::Env;
use crate::diff::base::BaseError;
use crate::error::{Error, Result};

/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is asked whether it is done.
const STEP: Duration = Duration::from_millis(20);
/// Bytes of git's own words that are read, at most.
const MOST_WORDS: u64 = 64 << 10;

/// What every fetch gets, in front of its own words.
const SETTINGS: [&str; 12] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "-c",
    "protocol.ext.allow=never",
    "-c",
    "fetch.prune=false",
];
/// Variables that would send git to another repository than the one at hand.
const ELSEWHERE: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
];

/// The whole argument vector for a fetch in this folder; `None` when no fetch would help.
pub fn arguments(root: &Utf8Path, missing: &BaseError) -> Option<Vec<String>> {
    let own = missing.fetch()?;
    let (verb, rest) = own.split_first()?;
    let front = ["-C", root.as_str()].into_iter().chain(SETTINGS);
    let words = front.chain([verb.as_str(), "--quiet", "--no-recurse-submodules"]);
    Some(words.map(str::to_owned).chain(rest.iter().cloned()).collect())
}

/// Fetches what is missing, with the environment of the run. The repository must be opened anew afterwards. An error is of
/// the kind git.
pub fn fetch(root: &Utf8Path, missing: &BaseError, env: &Env) -> Result<()> {
    match arguments(root, missing) {
        Some(arguments) => run("git", &arguments, PATIENCE, env),
        None => Err(missing.to_error().note("a fetch would not help")),
    }
}

fn run(program: &str, arguments: &[String], patience: Duration, env: &Env) -> Result<()> {
    let failed = |why: String| Error::git(format!("--fetch: {why}")).help(command(program, arguments));
    let not_run = |error: std::io::Error| failed(format!("{program} cannot be run: {}", error.kind()));
    let mut words = tempfile::tempfile().map_err(not_run)?;
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(env.iter().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str())))
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(words.try_clone().map_err(not_run)?)
        .spawn()
        .map_err(not_run)?;
    match wait(&mut child, patience).map_err(not_run)? {
        Some(status) if status.success() => Ok(()),
        Some(_) => Err(failed(last_words(&mut words))),
        None => Err(failed(format!("{program} took longer than {} s and was stopped", patience.as_secs()))),
    }
}

/// `None` when the time is over; the program is stopped then.
fn wait(child: &mut std::process::Child, patience: Duration) -> std::io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= patience {
            // It may have ended by itself meanwhile.
            let _ = child.kill();
            child.wait()?;
            return Ok(None);
        }
        sleep(STEP);
    }
}

/// The first line that tells of a failure, else the last one.
fn last_words(words: &mut File) -> String {
    let mut bytes = Vec::new();
    let read = words.rewind().and_then(|()| words.take(MOST_WORDS).read_to_end(&mut bytes));
    let text = String::from_utf8_lossy(&bytes);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let told = lines()
        .find(|line| line.starts_with("fatal: ") || line.starts_with("error: "))
        .or(lines().next_back());
    match told {
        Some(line) if read.is_ok() => line.to_owned(),
        _ => "git failed and said nothing".to_owned(),
    }
}

/// For people: what ran, without the settings.
fn command(program: &str, arguments: &[String]) -> String {
    let skipped = 2 + SETTINGS.len();
    let own: Vec<&str> = arguments.iter().skip(skipped).map(String::as_str).collect();
    format!("{program} {}", own.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::base::Missing;

    fn error(missing: Missing) -> BaseError {
        BaseError { missing, tried: Vec::new(), cure: None, merge_cure: None }
    }

    /// What stands behind the settings.
    fn own(missing: Missing) -> Option<String> {
        let all = arguments(Utf8Path::new("/src"), &error(missing))?;
        assert_eq!(all[..2], ["-C", "/src"]);
        assert_eq!(all[2..2 + SETTINGS.len()], SETTINGS);
        Some(all[2 + SETTINGS.len()..].join(" "))
    }

    #[test]
    fn each_lack_has_the_fetch_that_cures_it_and_a_whole_clone_never_becomes_shallow() {
        let id = "1f2e3d4c5b6a79880123456789abcdef01234567".to_owned();
        let branch = |shallow, exact| Missing::Branch {
            name: "origin/main".to_owned(),
            branch: "main".to_owned(),
            shallow,
            exact,
        };
        let commit = |shallow, exact| Missing::Commit { id: id.clone(), shallow, exact };
        let ancestor = |branch| Missing::Ancestor { base: "origin/main".to_owned(), branch, commits: 1 };
        let spec = "+refs/heads/main:refs/remotes/origin/main";
        let cases = [
            (Missing::ParentCut { id: id.clone(), merge: true }, format!("--depth=1 origin {id}")),
            (branch(false, false), format!("origin {spec}")),
            (branch(false, true), format!("origin {spec}")),
            (branch(true, false), format!("--unshallow origin {spec}")),
            (branch(true, true), format!("--depth=1 origin {spec}")),
            (commit(false, false), format!("origin {id}")),
            (commit(true, true), format!("--depth=1 origin {id}")),
            (ancestor(Some("main".to_owned())), format!("--unshallow origin {spec}")),
            (ancestor(None), "--unshallow origin".to_owned()),
            (Missing::Everything { shallow: true }, "--unshallow origin".to_owned()),
        ];
        for (missing, wanted) in cases {
            let said = own(missing.clone());
            assert_eq!(
                said.as_deref(),
                Some(format!("fetch --quiet --no-recurse-submodules --no-tags {wanted}").as_str()),
                "{missing:?}"
            );
        }
        let revision = |shallow| Missing::Revision { name: "-x".to_owned(), shallow };
        assert!(own(revision(true)).is_some_and(|said| !said.contains("-x")));
        let none = [
            revision(false),
            Missing::Everything { shallow: false },
            Missing::Parent,
            Missing::FirstCommit,
            Missing::Related { base: "main".to_owned() },
            Missing::Git("x".to_owned()),
        ];
        for missing in none {
            assert_eq!(own(missing), None);
        }
    }

    #[test]
    fn what_no_fetch_cures_is_said_as_it_is() {
        let missing = error(Missing::Related { base: "main".to_owned() });
        let failed = fetch(Utf8Path::new("/src"), &missing, &Env::new()).expect_err("nothing to fetch");
        assert_eq!(failed.message, "HEAD and main have no common ancestor");
        assert_eq!(failed.notes, ["a fetch would not help"]);
    }

    #[cfg(unix)]
    fn shell(script: &str, patience: Duration) -> Result<()> {
        let env = [("PATH", "/usr/bin:/bin"), ("GIT_DIR", "/elsewhere"), ("TOLD", "yes")];
        let env = env.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        run("sh", &["-c".to_owned(), script.to_owned()], patience, &env)
    }

    #[cfg(unix)]
    #[test]
    fn the_program_sees_the_environment_of_the_run_and_asks_nobody() {
        let script =
            "test -z \"$GIT_DIR$HOME\" && test $TOLD = yes && test $GIT_TERMINAL_PROMPT = 0 && ! read line";
        shell(script, PATIENCE).expect("as it should be");
        let failed = shell("echo hint: x >&2; echo fatal: no way >&2; echo more >&2; exit 128", PATIENCE);
        let failed = failed.expect_err("it said so");
        assert_eq!((failed.message.as_str(), failed.exit().code()), ("--fetch: fatal: no way", 4));
        let silent = shell("exit 1", PATIENCE).expect_err("it failed");
        assert_eq!(silent.message, "--fetch: git failed and said nothing");
    }

    #[cfg(unix)]
    #[test]
    fn a_fetch_that_hangs_is_stopped() {
        let start = Instant::now();
        let failed = shell("exec sleep 60", Duration::from_millis(100)).expect_err("it hangs");
        assert!(failed.message.ends_with("took longer than 0 s and was stopped"), "{}", failed.message);
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let failed = run("no-such-git", &[], PATIENCE, &Env::new()).expect_err("it is not there");
        assert!(failed.message.starts_with("--fetch: no-such-git cannot be run"), "{}", failed.message);
    }
}
