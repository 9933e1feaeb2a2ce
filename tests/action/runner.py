"""What GitHub's runner does with a composite action, as far as action.yml uses it.

A job has a workspace, a temporary folder, a tool cache and a cache that lives longer. Each `run:` block is written to a
file and started with the shell that it declares, with the variables and the command files that the runner gives; `uses:`
steps other than the cache are an error. Expressions: names with dots, texts, `==`, `!=`, `!`, `&&`, `||`, parentheses and
the functions cancelled(), always() and success().
"""

import json
import os
import re
import shutil
import subprocess
import uuid
from pathlib import Path

import yaml

TOKENS = re.compile(r"\s*(?:(==|!=|&&|\|\||[!()])|'((?:[^']|'')*)'|([A-Za-z_][\w.-]*))")
# https://docs.github.com/en/actions/reference/workflow-syntax-for-github-actions: `bash` as a declared shell
SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], "sh": ["sh", "-e"]}


class Expressions:
    """Evaluates `${{ }}` in the contexts of a step."""

    def __init__(self, contexts: dict, failed: bool) -> None:
        self.contexts, self.failed = contexts, failed

    def text(self, template: str) -> str:
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: self.shown(self.value(found[1])), str(template))

    def condition(self, text: str) -> bool:
        inner = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", text)
        text = inner[1] if inner else text
        # Without a status function a step needs that nothing has failed.
        if not re.search(r"\b(always|cancelled|failure|success)\(\)", text) and self.failed:
            return False
        return bool(self.value(text))

    @staticmethod
    def shown(value: object) -> str:
        return {True: "true", False: "false", None: ""}.get(value, value) if not isinstance(value, str) else value

    def value(self, text: str) -> object:
        self.tokens, at = [], 0
        while text[at:].strip():
            found = TOKENS.match(text, at)
            if not found:
                raise ValueError(f"an expression that this runner does not know: {text}")
            self.tokens.append(found.groups())
            at = found.end()
        value = self.either()
        if self.tokens:
            raise ValueError(f"more behind the expression: {text}")
        return value

    def sign(self, *signs: str) -> str | None:
        return self.tokens.pop(0)[0] if self.tokens and self.tokens[0][0] in signs else None

    def either(self) -> object:
        value = self.both()
        while self.sign("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> object:
        value = self.compared()
        while self.sign("&&"):
            other = self.compared()
            value = value and other
        return value

    def compared(self) -> object:
        value = self.single()
        while found := self.sign("==", "!="):
            value = (value == self.single()) == (found == "==")
        return value

    def single(self) -> object:
        if self.sign("!"):
            return not self.single()
        if self.sign("("):
            value = self.either()
            assert self.sign(")"), "a parenthesis is missing"
            return value
        _, literal, name = self.tokens.pop(0)
        if name is None:
            return literal.replace("''", "'")
        if self.sign("("):
            assert self.sign(")") and name in ("cancelled", "always", "success"), f"function {name}"
            return {"cancelled": False, "always": True, "success": not self.failed}[name]
        value = self.contexts
        for part in name.split("."):
            value = value.get(part, "") if isinstance(value, dict) else ""
        return value


def pairs(text: str) -> dict[str, str]:
    """Reads a file of outputs as the runner does: name=value or name<<MARK."""
    found, rows = {}, text.split("\n")
    while rows:
        row = rows.pop(0)
        if not row:
            continue
        equals, heredoc = row.find("="), row.find("<<")
        if heredoc >= 0 and (equals < 0 or heredoc < equals):
            name, mark = row.split("<<", 1)
            value = []
            while rows[0] != mark:
                value.append(rows.pop(0))
            rows.pop(0)
            found[name] = "\n".join(value)
        else:
            name, value = row.split("=", 1)
            found[name] = value
    return found


class Job:
    """One job on one machine."""

    def __init__(self, folder: Path, workspace: Path, event: str, payload: dict, variables: dict[str, str], path: list[Path] = ()) -> None:
        self.folder, self.workspace = folder, workspace
        self.temp, self.tools, self.cache = folder / "temp", folder / "tools", folder / "cache"
        for made in (self.temp, self.tools, self.cache, folder / "home"):
            made.mkdir(parents=True, exist_ok=True)
        (folder / "event.json").write_text(json.dumps(payload))
        self.log, self.outputs, self.failed, self.used = "", {}, False, []
        self.environment = {
            "PATH": os.pathsep.join([*map(str, path), os.environ["PATH"]]),
            "HOME": str(folder / "home"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_SERVER_URL": "https://github.invalid",
            "GITHUB_API_URL": "https://api.github.invalid",
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_TOOL_CACHE": str(self.tools),
            **variables,
        }

    def run(self, action: Path, inputs: dict[str, str], token: str = "") -> int:
        """Runs an action; gives the exit code of the first step that failed. `outputs` are then those of the action."""
        described = yaml.safe_load((action / "action.yml").read_text())
        unknown = set(inputs) - set(described["inputs"])
        assert not unknown, f"inputs that the action does not have: {unknown}"
        contexts = {"github": {"token": token, "action_repository": self.environment.get("GITHUB_ACTION_REPOSITORY", "")}, "runner": {"temp": str(self.temp)}, "steps": {}}
        plain = Expressions(contexts, False)
        defaults = {name: plain.text(about.get("default", "")) for name, about in described["inputs"].items()}
        contexts["inputs"] = defaults | inputs
        self.failed, self.log, code = False, "", 0
        for number, step in enumerate(described["runs"]["steps"]):
            asks = Expressions(contexts, self.failed)
            if not asks.condition(step.get("if", "success()")):
                continue
            if "uses" in step:
                self.use(step, {name: asks.text(value) for name, value in step["with"].items()})
                continue
            done = self.step(action, step, {name: asks.text(value) for name, value in step.get("env", {}).items()}, number)
            contexts["steps"][step.get("id", number)] = {"outputs": done[1]}
            if done[0] and not self.failed:
                self.failed, code = True, done[0]
        final = Expressions(contexts, self.failed)
        self.outputs = {name: final.text(about["value"]) for name, about in described["outputs"].items()}
        return code

    def step(self, action: Path, step: dict, variables: dict[str, str], number: int) -> tuple[int, dict[str, str]]:
        assert "${{" not in step["run"], "an expression in a script is text of the shell"
        script = self.temp / f"step-{number}-{uuid.uuid4().hex}.sh"
        script.write_text(step["run"])
        files = {name: self.temp / f"{name}-{uuid.uuid4().hex}" for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")}
        for file in files.values():
            file.touch()
        # In a composite action the runner fills this one in expressions alone.
        ours = {"GITHUB_ACTION_PATH": str(action), "GITHUB_ACTION_REPOSITORY": ""}
        environment = self.environment | {name: str(file) for name, file in files.items()} | ours | variables
        words = [*SHELLS[step["shell"]], str(script)]
        done = subprocess.run(words, cwd=self.workspace, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", timeout=600, stdin=subprocess.DEVNULL)
        self.log += done.stdout
        script.unlink()
        for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"):
            assert not files[name].read_text(), f"the step wrote to {name}"
        return done.returncode, pairs(files["GITHUB_OUTPUT"].read_text())

    def use(self, step: dict, given: dict[str, str]) -> None:
        """The cache: restores the folder under its key now, and keeps what is in it afterwards (`keep`)."""
        assert re.fullmatch(r"actions/cache@[0-9a-f]{40}", step["uses"]), f"{step['uses']}: not a cache that is pinned by hash"
        assert given["key"] and given["path"], given
        self.used.append(given["key"])
        kept = self.cache / re.sub(r"\W", "_", given["key"])
        if kept.exists():
            shutil.copytree(kept, given["path"], dirs_exist_ok=True)
        self.keep = lambda: shutil.copytree(given["path"], kept, dirs_exist_ok=True)
