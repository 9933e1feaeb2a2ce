"""The same line has the same hits in every reader.

usage: compare.py ROOT DIR SCHEMA

ROOT is the project (a git repository), DIR holds report.json, cobertura.xml, cobertura-types.xml, coverage.lcov, coverage.csv,
lcov-copy.lcov (written by lcov from coverage.lcov), lcov-summary.txt and genhtml/. SCHEMA is for report.json. The JSON report is the expectation; all else is read by real clients
or by ports of their rules. Prints one line a reader; exit status 1 when any differs.
"""

import csv
import html
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

import ports

INT_MAX = 2**31 - 1
FORMULA = re.compile("^'(?=[=+@\t-])")
FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def expectation(report):
    """{file: {line: hits}} of the files that exports carry, hits cut where readers cut them."""
    files = [file for package in report["packages"] for file in package["files"]]
    return {
        file["path"]: {line: min(hits, INT_MAX) for line, hits in file["lines"]}
        for file in files
        if file["in_tree"] and file["lines"]
    }


def in_xml(files):
    """XML cannot hold some characters: U+FFFD stands for them."""
    return {FORBIDDEN_IN_XML.sub("\ufffd", name): lines for name, lines in files.items()}


def covered(files):
    """Which lines are hit; for readers that tell no more."""
    return {name: {line: hits > 0 for line, hits in lines.items()} for name, lines in files.items()}


def plain_cobertura(path):
    """A reader without opinions: the lines of each class; every file and line once; methods agree with their class."""
    files = {}
    for clazz in ElementTree.parse(path).getroot().iter("class"):
        assert clazz.get("filename") not in files, f"{clazz.get('filename')} is in two classes"
        rows = [(int(line.get("number")), int(line.get("hits"))) for line in clazz.find("lines")]
        assert len(rows) == len(dict(rows)) and rows == sorted(rows), clazz.get("filename")
        for line in clazz.find("methods").iter("line"):
            assert (int(line.get("number")), int(line.get("hits"))) in rows, f"line {line.get('number')} of a method"
        files[clazz.get("filename")] = dict(rows)
    return files


def tracefile(path):
    """DA rows of an LCOV tracefile. Names may be absolute (lcov makes them so)."""
    files, lines = {}, None
    for row in pathlib.Path(path).read_text(encoding="utf-8").split("\n"):
        if row.startswith("SF:"):
            lines = files.setdefault(row[3:], {})
        elif row.startswith("DA:"):
            number, hits = row[3:].split(",")[:2]
            assert int(number) not in lines, f"line {number} twice"
            lines[int(number)] = int(hits)
    return files


def pycobertura(path):
    from pycobertura import Cobertura

    report = Cobertura(str(path))
    return {
        name: {line: status == "hit" for line, status in report.line_statuses(name)} for name in report.files()
    }


def diff_cover(reporter, names):
    return {
        name: {
            line: line not in {violation.line for violation in reporter.violations(name)}
            for line in reporter.measured_lines(name)
        }
        for name in names
    }


def diff_cover_cobertura(path, names):
    from diff_cover.violationsreporters.violations_reporter import XmlCoverageReporter

    return diff_cover(XmlCoverageReporter([ElementTree.parse(path).getroot()]), names)


def diff_cover_lcov(path, names):
    from diff_cover.violationsreporters.violations_reporter import LcovCoverageReporter

    return diff_cover(LcovCoverageReporter([LcovCoverageReporter.parse(path)]), names)


def genhtml(directory, root, names):
    """Counts beside the source lines of the pages that genhtml wrote (with --no-prefix)."""
    row = re.compile(r'<span class="lineNum">\s*(\d+) </span><span class="line(?:No)?Cov">\s*(\d+) :')
    files = {}
    for name in names:
        page = pathlib.Path(directory, *pathlib.PurePosixPath(root).parts[1:], name + ".gcov.html")
        text = html.unescape(page.read_text(encoding="utf-8", errors="replace"))
        files[name] = {int(line): int(hits) for line, hits in row.findall(text)}
    return files


def summary(path):
    """(lines hit, lines, functions hit, functions) as `lcov --summary` counts them."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    numbers = []
    for word in ("lines", "functions"):
        match = re.search(rf"{word}\.*: (?:[\d.]+% \((\d+) of (\d+) \w+\)|no data found)", text)
        numbers += [int(number or 0) for number in match.groups()]
    return tuple(numbers)


def expected_summary(report, files):
    functions = [
        file["totals"]["functions"]
        for package in report["packages"]
        for file in package["files"]
        if file["path"] in files
    ]
    hits = [hit for lines in files.values() for hit in lines.values()]
    return (
        sum(hit > 0 for hit in hits),
        len(hits),
        sum(tally["covered"] for tally in functions),
        sum(tally["total"] for tally in functions),
    )


def schema_faults(report, schema):
    import jsonschema

    validator = jsonschema.Draft202012Validator(json.loads(pathlib.Path(schema).read_text(encoding="utf-8")))
    return [fault.message for fault in validator.iter_errors(report)]


def spreadsheet(path):
    """(files, statements covered, statements) by the rows of the CSV file."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {FORMULA.sub("", row["path"]) for row in rows}
    return names, sum(int(row["statements_covered"]) for row in rows), sum(int(row["statements_total"]) for row in rows)


def expected_spreadsheet(report):
    # Controls other than tab have no place in a cell.
    names = {
        re.sub("[\x00-\x08\x0a-\x1f\x7f-\x9f]", "\ufffd", file["path"])
        for package in report["packages"]
        for file in package["files"]
    }
    return names, report["totals"]["statements"]["covered"], report["totals"]["statements"]["total"]


def difference(seen, wanted):
    if seen == wanted:
        return None
    if not isinstance(seen, dict):
        return f"saw {seen}, wanted {wanted}"
    for name in sorted(set(seen) | set(wanted)):
        if seen.get(name) == wanted.get(name):
            continue
        if name not in seen or name not in wanted:
            return f"{name!r} {'is missing' if name in wanted else 'is unexpected'}"
        lines = sorted(line for line in set(seen[name]) | set(wanted[name])
                       if seen[name].get(line) != wanted[name].get(line))
        return f"{name!r} line {lines[0]}: saw {seen[name].get(lines[0])}, wanted {wanted[name].get(lines[0])}"
    return None


def main(root, directory, schema):
    from diff_cover.git_path import GitPathTool

    os.chdir(root)
    GitPathTool.set_cwd(root)
    root, directory = os.path.realpath(root), pathlib.Path(directory)
    xml, lcov = str(directory / "cobertura.xml"), str(directory / "coverage.lcov")
    types = str(directory / "cobertura-types.xml")
    report = json.loads((directory / "report.json").read_text(encoding="utf-8"))
    wanted = expectation(report)
    shown = in_xml(wanted)
    # GitLab's reader spoils two characters in names, whatever a writer does.
    spoilt = {name.replace("&", "&#38;").replace("\\", "/"): lines for name, lines in shown.items()}
    tree = [str(path.relative_to(root)) for path in pathlib.Path(root).rglob("*") if path.is_file()]
    checks = [
        ("JSON, its schema", lambda: schema_faults(report, schema), []),
        ("CSV, Python's reader", lambda: spreadsheet(directory / "coverage.csv"), expected_spreadsheet(report)),
        ("Cobertura, plain", lambda: plain_cobertura(xml), shown),
        ("Cobertura, GitLab's rules", lambda: ports.gitlab(xml, tree=tree), spoilt),
        ("Cobertura, GitLab's rules, a class a type", lambda: ports.gitlab(types, tree=tree), spoilt),
        ("Cobertura, Jenkins' rules", lambda: ports.jenkins(xml), shown),
        ("Cobertura, Jenkins' rules, a class a type", lambda: ports.jenkins(types), shown),
        ("Cobertura, pycobertura", lambda: pycobertura(xml), covered(shown)),
        ("Cobertura, diff-cover", lambda: diff_cover_cobertura(xml, shown), covered(shown)),
        ("LCOV, plain", lambda: tracefile(lcov), wanted),
        ("LCOV, diff-cover", lambda: diff_cover_lcov(lcov, wanted), covered(wanted)),
        ("LCOV, lcov -a", lambda: {
            os.path.relpath(name, root): lines for name, lines in tracefile(directory / "lcov-copy.lcov").items()
        }, wanted),
        ("LCOV, lcov --summary", lambda: summary(directory / "lcov-summary.txt"), expected_summary(report, wanted)),
        ("LCOV, genhtml", lambda: genhtml(directory / "genhtml", root, wanted), wanted),
    ]
    failed = False
    for name, read, expected in checks:
        try:
            fault = difference(read(), expected)
        except Exception as error:  # a reader that gives up is a finding like any other
            fault = f"{type(error).__name__}: {error}"
        failed |= fault is not None
        print(f"  {'FAIL' if fault else 'ok  '}  {name}{': ' + fault if fault else ''}")
    lines = sum(len(lines) for lines in wanted.values())
    print(f"  {len(wanted)} files, {lines} lines, {len(checks)} readers")
    if not wanted:
        print("  FAIL  nothing to compare")
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
