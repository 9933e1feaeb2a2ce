//! What the CI at hand says, with the payload of its event read from the file that it names.
//!
//! In: the environment and `--ci`. Out: a [`CiContext`]. A payload that is missing, huge, no regular file or not JSON is a note:
//! the rules that need none go on.

use std::io::Read;

use camino::Utf8Path;

use crate::ci::{self, Env, Event};
use crate::model::CiContext;

/// Size of a payload, at most. GitHub's own limit for a webhook is 25 MB; real ones are some 20 KB.
const LARGEST: u64 = 16 << 20;

/// The context of a run. `wanted` is the value of `--ci`.
pub fn context(env: &Env, wanted: Option<&str>) -> Option<CiContext> {
    let provider = ci::detect(env, wanted)?;
    let Some(path) = (provider.event_path)(env) else { return Some(provider.context(env, None)) };
    Some(match event(Utf8Path::new(path)) {
        Ok(event) => provider.context(env, Some(&event)),
        Err(why) => {
            let mut context = provider.context(env, None);
            context.notes.push(format!("the event file of {} was not read: {path}: {why}", provider.title));
            context
        }
    })
}

/// The payload; the error is a part of a sentence.
fn event(path: &Utf8Path) -> Result<Event, String> {
    let said = |error: std::io::Error| error.kind().to_string();
    let facts = std::fs::metadata(path).map_err(said)?;
    // A pipe would wait for ever.
    if !facts.is_file() {
        return Err("not a regular file".to_owned());
    }
    let file = fs_err::File::open(path).map_err(said)?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(said)?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("larger than {} MiB", LARGEST >> 20));
    }
    let event: Event = serde_json::from_slice(&bytes).map_err(|error| format!("not JSON: {error}"))?;
    if event.is_object() { Ok(event) } else { Err("holds no JSON object".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Candidate;

    fn env(path: &str) -> Env {
        let pairs = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_BASE_REF", "main"),
            ("GITHUB_EVENT_PATH", path),
        ];
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn read(name: &str, bytes: &[u8]) -> CiContext {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs_err::write(&path, bytes).expect("a file");
        context(&env(path.to_str().expect("UTF-8")), None).expect("GitHub")
    }

    fn branches(context: &CiContext) -> usize {
        context.candidates.iter().filter(|found| matches!(found, Candidate::Branch { .. })).count()
    }

    #[test]
    fn a_payload_is_read() {
        let said = read("event.json", br#"{"pull_request": {"base": {"sha": "ab"}, "head": {"sha": "cd"}}}"#);
        assert_eq!((said.candidates.len(), branches(&said)), (3, 1));
        assert!(said.notes.is_empty(), "{:?}", said.notes);
    }

    #[test]
    fn a_payload_that_cannot_be_read_is_a_note_and_the_variables_go_on() {
        let deep = [vec![b'['; 200_000], vec![b']'; 200_000]].concat();
        let cases: [(&str, &[u8], &str); 6] = [
            ("empty", b"", "not JSON: EOF"),
            ("text", b"pull_request: main", "not JSON: "),
            ("cut", br#"{"pull_request": {"base""#, "not JSON: EOF"),
            ("deep", &deep, "recursion limit"),
            ("list", b"[1, 2]", "holds no JSON object"),
            ("huge", &b" ".repeat((16 << 20) + 1), "larger than 16 MiB"),
        ];
        for (name, bytes, why) in cases {
            let said = read(name, bytes);
            assert_eq!((said.candidates.len(), branches(&said)), (1, 1), "{name}");
            assert!(said.notes.len() == 1 && said.notes[0].contains(why), "{name}: {:?}", said.notes);
        }
    }

    #[test]
    fn a_missing_file_a_folder_and_a_device_are_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().to_str().expect("UTF-8");
        let missing = format!("{folder}/none.json");
        let places = [(missing.as_str(), "not found"), (folder, "not a regular file")];
        for (path, why) in places.into_iter().chain(cfg!(unix).then_some(("/dev/zero", "not a regular file")))
        {
            let said = context(&env(path), None).expect("GitHub");
            assert!(said.notes[0].ends_with(why), "{:?}", said.notes);
            assert_eq!(branches(&said), 1);
        }
    }

    #[test]
    fn off_is_no_context_and_a_name_needs_no_variables() {
        assert_eq!(context(&env(""), Some("off")), None);
        assert_eq!(context(&env(""), Some("gitlab")).map(|said| said.name), Some("gitlab"));
        assert_eq!(context(&Env::new(), None), None);
    }
}
