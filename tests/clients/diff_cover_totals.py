"""What the program diff-cover says when everything is new equals the report.

usage: diff_cover_totals.py report.json diff-cover.json NAME

Only files whose names git shows unquoted are compared: diff-cover takes the others' quoted form for their names.
"""

import json
import pathlib
import re
import sys

import compare

PLAIN = re.compile(r"[A-Za-z0-9_./-]+")


def main(report, seen, name):
    report = json.loads(pathlib.Path(report).read_text(encoding="utf-8"))
    seen = json.loads(pathlib.Path(seen).read_text(encoding="utf-8"))["src_stats"]
    wanted = {
        path: sorted(line for line, hits in lines.items() if hits == 0)
        for path, lines in compare.expectation(report).items()
        if PLAIN.fullmatch(path)
    }
    missed = {path: sorted(seen[path]["violation_lines"]) if path in seen else None for path in wanted}
    fault = next((f"{path}: saw {missed[path]}, wanted {wanted[path]}" for path in wanted if missed[path] != wanted[path]), None)
    fault = fault or (None if wanted else "nothing to compare")
    print(f"  {'FAIL' if fault else 'ok  '}  diff-cover {name}, the program{': ' + fault if fault else ''}")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
