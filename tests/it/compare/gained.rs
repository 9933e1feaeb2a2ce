//! What was gained, with its lines and functions.

use super::{A, a_cov, told};
use crate::git::Repo;

#[test]
fn what_was_gained_is_named_as_what_was_lost_is() {
    let repo = Repo::of(&[("a.go", A)]);
    repo.put("cover.out", a_cov([1, 0, 1, 0]));
    repo.run("baseline save cover.out -o 0.json.out").exits(0);
    repo.put("a_test.go", "package m\n");
    repo.commit();
    repo.put("cover.out", a_cov([1, 1, 0, 1]));
    let outcome = repo.run("check cover.out --baseline 0.json.out -o json").exits(0);
    assert_eq!(told(&outcome), "S LBC 1 GBC 2 CBC 1 | L LBC 1 GBC 2 CBC 1\na.go both: LBC 1 GBC 2 CBC 1");
    let gained = outcome.json()["compare"]["files"][0]["gained_ranges"].to_string();
    assert_eq!(
        gained,
        r#"[{"first":5,"function":"F","last":5,"statements":1},{"first":11,"function":"G","last":11,"statements":1}]"#
    );
    for line in ["check cover.out --baseline 0.json.out", "compare 0.json.out cover.out"] {
        let outcome = repo.run(line).exits(0);
        let outcome =
            outcome.prints("  gained since the baseline\n  a.go\n     5               func F     1 stmt\n");
        outcome.prints("     11              func G     1 stmt\n");
    }
    let outcome = repo.run("check cover.out --baseline 0.json.out -o markdown").exits(0);
    outcome.prints("### Gained coverage").prints("| `F` | 1 |");
}
