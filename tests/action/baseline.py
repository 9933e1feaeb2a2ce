"""The recipes of docs/baseline.md, executed: a push to the default branch saves, a pull request finds it again, and without one the job goes
on and says so. Used by tests/action/examples.

Caches are folders here, with the rules of their systems: GitHub's keys with restore-keys (the latest with that prefix) and no second save under
one key; GitLab's keys with `policy` and `unprotect`. GitLab's artifacts come from a server on the loopback interface. Git notes are git's own.
"""

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml
from runner import Expressions, Job

ROOT = Path(__file__).resolve().parent.parent.parent
CI = ROOT / "examples/ci"
FILE = "coverdict-baseline.json"
ABSENT = f"the baseline {FILE} is not there"

Check = Callable[[str, object, object], None]


def commit_of(file: Path) -> str | None:
    return json.loads(file.read_text())["commit"] if file.exists() else None


def profile_of(world, workspace: Path) -> dict[str, str]:
    """What the stand-in for `go test` gives: the recorded profile, without rows behind the end of what this revision has."""
    end = (workspace / "store/order.go").read_text().count("\n")
    line = lambda row: int(re.search(r":(\d+)\.", row)[1]) if "/store/order.go:" in row else 0
    rows = [row for row in world.shop.profile.read_text().splitlines() if line(row) <= end]
    profile = workspace.parent / "recorded.out"
    profile.write_text("\n".join(rows) + "\n")
    return {"PROFILE": str(profile)}


def compared(check: Check, name: str, log: str, found: bool) -> None:
    """Whether the check found its baseline and its gate was judged by it, as its log says."""
    verdicts = re.findall(r"^ *(ok|FAIL|-) +max-lost ", log, re.M)
    check(f"{name}: max-lost is {'judged' if found else 'not judged, and says so'}", [verdict != "-" for verdict in verdicts], [found])
    check(f"{name}: {'nothing is missing' if found else 'an absent baseline is told'}", ABSENT in log, not found)


# ---- GitHub ----------------------------------------------------------------------------------------------------------


def later(folder: Path) -> tuple[str, str]:
    """A second commit of the default branch, whose push has a commit before it, and the pull request merged with that."""
    run = lambda *words: subprocess.run(["git", "-c", "user.name=u", "-c", "user.email=u@example.com", *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
    found = []
    for words in (["checkout", "-b", "next", "main"], ["commit", "--allow-empty", "--message=next"], ["checkout", "-b", "merged-next"], ["merge", "--no-ff", "--message=merge", "refund"]):
        run(*words)
        found.append(run("rev-parse", "HEAD"))
    return found[1], found[3]


class Cache:
    def __init__(self, folder: Path) -> None:
        self.folder, self.keys = folder, []

    def save(self, workspace: Path, key: str, path: str) -> None:
        if key not in self.keys and (workspace / path).exists():
            (self.folder / key).mkdir(parents=True)
            shutil.copy(workspace / path, self.folder / key)
            self.keys.append(key)

    def restore(self, workspace: Path, key: str, prefixes: list[str], path: str) -> str:
        exact = [key] if key in self.keys else []
        near = [one for prefix in prefixes for one in reversed(self.keys) if one.startswith(prefix)]
        for found in exact + near:
            shutil.copy(self.folder / found / Path(path).name, workspace / path)
            return found
        return ""


def github(world, check: Check) -> None:
    described = yaml.safe_load((CI / "github-baseline.yml").read_text())
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    check("github-baseline.yml: reads only", described["permissions"], {"contents": "read"})
    cache = Cache(world.folder / "caches")
    base, merge = later(world.shop.folder)

    def run(event: str, sha: str, payload: dict, revision: str) -> tuple[str, Path, int, str]:
        workspace = world.workspace(revision)
        own = {"GITHUB_SHA": sha, "GITHUB_REF": "refs/heads/main" if event == "push" else "refs/pull/7/merge", "GITHUB_BASE_REF": "" if event == "push" else "main"}
        job = Job(workspace.parent, workspace, event, payload, own | world.environment({}), [world.bin])
        contexts = {"github": {"event": payload, "event_name": event, "sha": sha}, "steps": {}}
        used, code = "", 0
        for step in described["jobs"]["test"]["steps"]:
            asks = Expressions(contexts, code != 0)
            if not asks.condition(step.get("if", "success()")):
                continue
            given = {key: asks.text(value) for key, value in step.get("with", {}).items()}
            if "run" in step:
                assert "${{" not in step["run"]
                variables = {key: asks.text(value) for key, value in step.get("env", {}).items()}
                code, log = world.shell(workspace, [step["run"]], profile_of(world, workspace) | variables)
                check(f"github-baseline.yml: {event}: {step['run'].split()[-1]}", code, 0)
            elif step["uses"].startswith("actions/cache/restore@"):
                used = cache.restore(workspace, given["key"], given["restore-keys"].split(), given["path"])
            elif step["uses"].startswith("actions/cache/save@"):
                cache.save(workspace, given["key"], given["path"])
            elif step["uses"].startswith("OWNER/coverdict@"):
                check("github-baseline.yml: inputs of the action", set(given) - set(action["inputs"]), set())
                code = job.run(ROOT, given | {"install": "path"})
                contexts["steps"][step["id"]] = {"outputs": job.outputs}
        return used, workspace, code, job.log

    request = json.loads(json.dumps(world.events["pull_request"][1]))
    request["pull_request"]["base"]["sha"] = base
    used, workspace, code, log = run("pull_request", merge, request, merge)
    check("github-baseline.yml: without a baseline the change is judged all the same", (used, code), ("", 1))
    compared(check, "github-baseline.yml, first run", log, False)
    push = {"before": world.shop.base, "after": base, "ref": "refs/heads/main", "repository": {"default_branch": "main"}}
    used, workspace, code, log = run("push", base, push, base)
    check("github-baseline.yml: the push saves", (used, code, commit_of(workspace / FILE), cache.keys), ("", 0, base, [f"coverdict-baseline-{base}"]))
    used, workspace, code, log = run("pull_request", merge, request, merge)
    check("github-baseline.yml: the pull request finds it", (used, code, commit_of(workspace / FILE)), (f"coverdict-baseline-{base}", 1, base))
    compared(check, "github-baseline.yml, pull request", log, True)
    # A base that was not tested itself: the latest is taken.
    request = json.loads(json.dumps(request))
    request["pull_request"]["base"]["sha"] = "1" * 40
    check("github-baseline.yml: else the latest", run("pull_request", merge, request, merge)[0], f"coverdict-baseline-{base}")


# ---- GitLab ----------------------------------------------------------------------------------------------------------


def gitlab_jobs(path: Path) -> dict:
    """The jobs with what they extend, and the script of the tests."""
    described = yaml.safe_load(path.read_text())
    hidden = described[".coverdict"]
    return described | {name: hidden | described[name] for name in ("coverage", "baseline")}


def applies(job: dict, variables: dict[str, str]) -> bool:
    """`rules` of the form $A == $B or $A == "text"."""
    value = lambda word: variables.get(word[1:], "") if word.startswith("$") else word.strip('"')
    return any(value(left) == value(right) for left, right in (rule["if"].split(" == ") for rule in job["rules"]))


def gitlab_run(world, described: dict, variables: dict[str, str], revision: str, before: Callable, after: Callable) -> tuple[str, Path, int, str]:
    workspace = world.workspace(revision)
    variables = variables | profile_of(world, workspace)
    code, log = world.shell(workspace, described["test"]["script"], variables)
    names = [name for name in ("coverage", "baseline") if applies(described[name], variables)]
    assert code == 0 and len(names) == 1, (log, names)
    job = described[names[0]]
    before(job, workspace)
    code, log = world.shell(workspace, job["before_script"] + job["script"], variables)
    after(job, workspace, code)
    return names[0], workspace, code, log


def gitlab_variables(world, request: bool) -> dict[str, str]:
    common = {"CI": "true", "GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main", "CI_SERVER_URL": "https://gitlab.invalid", "CI_PROJECT_ID": "7", "CI_JOB_TOKEN": "good-token"}
    if request:
        return common | {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_DIFF_BASE_SHA": world.shop.base, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_COMMIT_SHA": world.shop.head}
    return common | {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": world.shop.base}


def gitlab_three_times(world, check: Check, name: str, before: Callable, after: Callable) -> None:
    """A merge request without a baseline, the default branch, and the merge request again."""
    described = gitlab_jobs(CI / name)
    request, push = gitlab_variables(world, True), gitlab_variables(world, False)
    base, head = world.shop.base, world.shop.head
    ran, workspace, code, log = gitlab_run(world, described, request, head, before, after)
    check(f"{name}: without a baseline the change is judged all the same", (ran, code, commit_of(workspace / FILE)), ("coverage", 1, None))
    compared(check, f"{name}, first run", log, False)
    ran, workspace, code, log = gitlab_run(world, described, push, base, before, after)
    check(f"{name}: the default branch saves", (ran, code, commit_of(workspace / FILE)), ("baseline", 0, base))
    ran, workspace, code, log = gitlab_run(world, described, request, head, before, after)
    check(f"{name}: the merge request finds it", (ran, code, commit_of(workspace / FILE)), ("coverage", 1, base))
    compared(check, f"{name}, merge request", log, True)


def gitlab_cache(world, check: Check) -> None:
    kept: dict[str, dict[str, bytes]] = {}

    def entries(job: dict) -> list[tuple[str, dict]]:
        # The default branch is protected: its caches are others unless `unprotect` says no.
        protected = "CI_COMMIT_BRANCH" in str(job["rules"])
        return [(one["key"] + ("-protected" if protected and not one.get("unprotect") else ""), one) for one in job["cache"]]

    def before(job: dict, workspace: Path) -> None:
        for key, one in entries(job):
            if one.get("policy", "pull-push") in ("pull", "pull-push"):
                for path, content in kept.get(key, {}).items():
                    (workspace / path).write_bytes(content)

    def after(job: dict, workspace: Path, code: int) -> None:
        for key, one in entries(job):
            if code == 0 and one.get("policy", "pull-push") in ("push", "pull-push"):
                kept[key] = {path: (workspace / path).read_bytes() for path in one["paths"] if (workspace / path).is_file()}

    gitlab_three_times(world, check, "gitlab-baseline.yml", before, after)


class Artifacts(BaseHTTPRequestHandler):
    files: dict[str, bytes] = {}

    def do_GET(self) -> None:
        known = self.headers["JOB-TOKEN"] == "good-token" and self.path in self.files
        body = self.files[self.path] if known else b'{"message":"404 Not Found"}'
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def gitlab_artifact(world, check: Check) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Artifacts)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # The shell of a job gets its variables from here.
    plain, address = world.environment, f"http://127.0.0.1:{server.server_port}"
    world.environment = lambda variables, mode="set": plain(variables, mode) | {"CI_API_V4_URL": address}

    def after(job: dict, workspace: Path, code: int) -> None:
        for path in job.get("artifacts", {}).get("paths", []):
            if code == 0:
                Artifacts.files[f"/projects/7/jobs/artifacts/main/raw/{path}?job=baseline"] = (workspace / path).read_bytes()

    try:
        gitlab_three_times(world, check, "gitlab-baseline-artifact.yml", lambda *_: None, after)
    finally:
        world.environment = plain
        server.shutdown()
        server.server_close()


# ---- Git notes -------------------------------------------------------------------------------------------------------


def notes(world, check: Check) -> None:
    script = CI / "baseline-notes"
    base, head = world.shop.base, world.shop.head
    server = world.folder / "notes.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(world.shop.folder), str(server)], check=True, capture_output=True)

    def clone(revision: str) -> Path:
        workspace = world.workspace(revision)
        for words in (["remote", "set-url", "origin", f"file://{server}"], ["fetch", "--quiet", "origin"]):
            subprocess.run(["git", *words], cwd=workspace, check=True, capture_output=True)
        shutil.copy(profile_of(world, workspace)["PROFILE"], workspace / "cover.out")
        return workspace

    def run(workspace: Path, *commands: str) -> tuple[int, str]:
        return world.shell(workspace, list(commands), {}, shell=("sh", "-e"))

    request = clone(head)
    commands = (f"'{script}' restore {base}", f"coverdict check cover.out --patch 80 --base {base} --baseline {FILE} --max-lost 0")
    code, log = run(request, *commands)
    check("baseline-notes: without a note the change is judged all the same", (code, (request / FILE).exists()), (1, False))
    compared(check, "baseline-notes, first run", log, False)

    saved = clone(base)
    check("baseline-notes: save", run(saved, f"'{script}' save cover.out")[0], 0)
    shown = subprocess.run(["git", "notes", "--ref", "coverdict", "show", base], cwd=server, capture_output=True)
    check("baseline-notes: the note of the commit is the file", shown.stdout, (saved / FILE).read_bytes())
    code, log = run(request, *commands)
    check("baseline-notes: the pull request finds it", (code, commit_of(request / FILE)), (1, base))
    compared(check, "baseline-notes, pull request", log, True)
    # A commit without a note of its own, and a file of an earlier run that is left over.
    check("baseline-notes: an ancestor's note", (run(request, f"'{script}' restore {head}")[0], commit_of(request / FILE)), (0, base))

    # Twice for one commit, and while another job has pushed the note of another commit.
    check("baseline-notes: save again", run(saved, f"'{script}' save cover.out")[0], 0)
    hook = saved / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    other = clone(head)
    hook.write_text(f"#!/bin/sh\nrm -f \"$0\"\ncd '{other}' && unset GIT_DIR && '{script}' save cover.out\n")
    hook.chmod(0o755)
    check("baseline-notes: save beside another job", run(saved, f"'{script}' save cover.out")[0], 0)
    listed = subprocess.run(["git", "notes", "--ref", "coverdict", "list"], cwd=server, capture_output=True, text=True).stdout
    check("baseline-notes: both notes are there", sorted(re.findall(r" (\w{40})$", listed, re.M)), sorted([base, head]))


def pages(check: Check) -> None:
    """docs/baseline.md names every recipe, and shows the functions of the notes as they are."""
    text = (ROOT / "docs/baseline.md").read_text()
    for path in sorted(CI.glob("*baseline*")):
        check(f"docs/baseline.md names {path.name}", f"(../examples/ci/{path.name})" in text, True)
    blocks = re.findall(r"<!-- examples/ci/baseline-notes -->\n```sh\n(.*?)```", text, re.S)
    check("docs/baseline.md: the notes", [block in (CI / "baseline-notes").read_text() for block in blocks], [True])


def recipes(world, check: Check) -> None:
    for part in (github, gitlab_cache, gitlab_artifact, notes):
        part(world, check)
    pages(check)
