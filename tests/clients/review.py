#!/usr/bin/env python3
"""What the validators said of the documents for reviewers, and what GitLab's reader takes of the Code Quality report.

usage: review.py OUT   with r.sarif, validated.sarif, sonar.xml, codequality.json and report.json
"""
import json
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

EXPECTED = {"SARIF2005"}  # no informationUri
SEVERITIES = {"info", "minor", "major", "critical", "blocker", "unknown"}


def load(out, name):
    with open(f"{out}/{name}", encoding="utf-8") as file:
        return json.load(file)


def main(out):
    report = load(out, "report.json")
    files = [file for package in report["packages"] for file in package["files"]]
    known = {file["path"] for file in files}
    lines = {file["path"]: file["lines"] for file in files if file["lines"]}

    found = load(out, "validated.sarif")["runs"][0]["results"]
    rules = {result["ruleId"] for result in found}
    assert rules <= EXPECTED, rules - EXPECTED
    results = load(out, "r.sarif")["runs"][0]["results"]
    assert results, "a change that is all new and partly missed has results"
    for result in results:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert urllib.parse.unquote(uri) in known | {"go.mod"}, uri
    print(f"  ok    SARIF, Microsoft's validator, {len(results)} results")

    seen = set()
    entries = load(out, "codequality.json")
    for entry in entries:
        assert entry["severity"] in SEVERITIES and entry["description"] and entry["check_name"], entry
        assert entry["location"]["path"] in known | {"go.mod"} and entry["location"]["lines"]["begin"] >= 1, entry
        assert entry["fingerprint"] not in seen, entry
        seen.add(entry["fingerprint"])
    assert len(entries) >= len(results) > 0
    print(f"  ok    Code Quality, {len(entries)} entries")

    root = ElementTree.parse(f"{out}/sonar.xml").getroot()
    assert root.tag == "coverage" and root.get("version") == "1"
    for file in root:
        # A character that XML cannot hold is U+FFFD; then the name is nobody's.
        own = lines.get(file.get("path"))
        numbers = [(int(line.get("lineNumber")), line.get("covered") == "true") for line in file]
        assert own is None or numbers == [(number, hits > 0) for number, hits in own], file.get("path")
        assert own is not None or "\ufffd" in file.get("path"), file.get("path")
    print(f"  ok    SonarQube, {len(root)} files")


if __name__ == "__main__":
    main(sys.argv[1])
