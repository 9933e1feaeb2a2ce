//! Prints what coverdict finds changed in git repositories, for comparison with the `git` program.
//!
//! `diff-lines < JOBS`. A job is a line `FOLDER TAB BASE TAB HEAD TAB WHITESPACE`: the top of a repository, a full id, `auto`,
//! `HEAD`, `index` or `worktree`, and `none`, `eol`, `change` or `all`. The answer to a job is a line `head WORD`, a line per
//! file (path and old path as JSON, kind, content, ranges of added and of deleted lines, whether only line endings differ;
//! between tabs), a line per finding, and a line `end MICROSECONDS`. What goes wrong is a line `error SENTENCE`.
#![expect(clippy::print_stdout, reason = "a tool of the tests, not of the product")]

use std::io::Read as _;
use std::time::Instant;

use camino::Utf8Path;
use coverdict::diff::tree::{DiffOptions, Oid, changes, open};
use coverdict::model::{HeadSide, LineSet, Whitespace};

fn main() {
    let mut jobs = String::new();
    std::io::stdin().read_to_string(&mut jobs).expect("a list of jobs");
    for job in jobs.lines() {
        let start = Instant::now();
        match answer(job) {
            Ok(text) => print!("{text}"),
            Err(error) => println!("error {error}"),
        }
        println!("end {}", start.elapsed().as_micros());
    }
}

fn answer(job: &str) -> Result<String, String> {
    let [folder, base, head, whitespace] = job.split('\t').collect::<Vec<_>>()[..] else {
        panic!("four words, not {job}")
    };
    let head = match head {
        "auto" => HeadSide::Auto,
        "HEAD" => HeadSide::Head,
        "index" => HeadSide::Index,
        "worktree" => HeadSide::Worktree,
        other => panic!("unknown side {other}"),
    };
    let whitespace = match whitespace {
        "none" => Whitespace::Significant,
        "eol" => Whitespace::Eol,
        "change" => Whitespace::Change,
        "all" => Whitespace::All,
        other => panic!("unknown white space {other}"),
    };
    let repository = open(Utf8Path::new(folder)).map_err(|error| error.to_string())?;
    let base = Oid::from_str(base).expect("an id");
    let found =
        changes(&repository, base, DiffOptions { head, whitespace }).map_err(|error| error.to_string())?;
    let mut text = format!("head {}\n", found.head.name());
    for file in &found.files {
        let json = |path: &str| serde_json::to_string(path).expect("a string");
        let words = [
            json(&file.path),
            file.old_path.as_deref().map_or("-".to_owned(), json),
            file.kind.name().to_owned(),
            format!("{:?}", file.content).to_lowercase(),
            ranges(&file.added),
            ranges(&file.deleted),
            file.line_endings_only.to_string(),
        ];
        text.push_str(&words.join("\t"));
        text.push('\n');
    }
    for finding in &found.findings {
        text.push_str(&format!("finding {} {}\n", finding.code, finding.message));
    }
    Ok(text)
}

fn ranges(set: &LineSet) -> String {
    if set.is_empty() {
        return "-".to_owned();
    }
    set.ranges().iter().map(|(first, last)| format!("{first}-{last}")).collect::<Vec<_>>().join(",")
}
