"""Makes a Go module whose file names are hostile but accepted by real Go builds.

usage: hostile.py DIR

The names come from what the Go toolchain (1.21 to 1.27) builds and puts into a profile as they are. Each file has a
function that the test calls, one that it does not call, and one with a line that is half covered.
"""

import pathlib
import sys

NAMES = [
    'quote".go',
    "apostrophe'.go",
    "less<greater>.go",
    "amp&amp.go",
    "percent%0Acode.go",
    "colon::error::x.go",
    "comma,equals=.go",
    "tab\there.go",
    "control\x01byte.go",
    "escape\x1b[31m.go",
    "cdata]]>.go",
    "semi;colon.go",
    "pipe|star*hash#.go",
    "back\\slash.go",
    "command##[error]x.go",
    "command##vso[task.complete]x.go",
    "override\u202eog.go",
    "größe_日本.go",
    "with space.go",
    "dollar$.go",
    "row:3.4,5.6 1 1.go",
    "end_of_record.go",
    "x.go",
    "x.go.go",
]

SOURCE = """package hostile

type T{n} struct{{}}

// Called runs.
func Called{n}(x int) int {{
	for i := 0; i < 3; i++ {{
		x += i
	}}
	if x > 1000 {{ return 0 }}
	return x
}}

func (*T{n}) Missed(x int) int {{
	if x > 0 {{
		return x
	}}
	return -x
}}

func init() {{ count++ }}
func init() {{
	count++
}}
"""

TEST = """package hostile

import "testing"

func TestAll(t *testing.T) {{
{calls}
	if count == 0 {{
		t.Fatal("init did not run")
	}}
}}
"""


def main(directory):
    root = pathlib.Path(directory)
    root.mkdir(parents=True, exist_ok=True)
    (root / "go.mod").write_text("module example.com/hostile\n\ngo 1.21\n")
    (root / "hostile.go").write_text("package hostile\n\nvar count int\n")
    for number, name in enumerate(NAMES):
        (root / name).write_text(SOURCE.format(n=number))
    calls = "\n".join(f"\tCalled{number}({number})" for number in range(len(NAMES)))
    (root / "all_test.go").write_text(TEST.format(calls=calls))


if __name__ == "__main__":
    main(*sys.argv[1:])
