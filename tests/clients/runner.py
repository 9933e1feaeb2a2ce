#!/usr/bin/env python3
"""A port of the rules by which GitHub's runner finds commands in a log (actions/runner: ActionCommand.cs), over every line that
coverdict printed. Only annotations may be found, each with properties that the runner knows, and no older form anywhere.

usage: runner.py STREAMS
"""
import sys

NAMES = {
    "add-mask", "add-matcher", "remove-matcher", "add-path", "set-env", "set-output", "save-state", "debug", "notice", "warning",
    "error", "group", "endgroup", "echo", "stop-commands", "internal-set-repo-path",
}
PROPERTIES = {"file", "line", "endline", "col", "endcolumn", "title"}


def command(line):
    """The command of a line in the form `::name key=value,…::text`, else None."""
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    end = line.find("::", 2)
    if end < 0:
        return None
    name, _, properties = line[2:end].partition(" ")
    if name.lower() not in NAMES:
        return None
    pairs = dict(pair.strip().split("=", 1) for pair in properties.split(",") if "=" in pair)
    return name.lower(), {key.lower() for key in pairs}


def main(path):
    with open(path, "rb") as file:
        text = file.read()
    bad = [byte for byte in text if byte < 32 and byte not in (10,)] + [1] * text.count(b"\x7f")
    assert not bad, f"control bytes: {sorted(set(bad))}"
    found = 0
    for line in text.decode("utf-8").split("\n"):
        for part in line.splitlines():
            assert "##[" not in part and "##vso[" not in part, part
            if (parsed := command(part)) is None:
                assert not part.lstrip().startswith("::"), part
                continue
            assert parsed[0] in {"error", "warning"} and parsed[1] <= PROPERTIES, part
            found += 1
    assert found > 0, "no annotation was found: then nothing was checked"
    print(f"  ok    GitHub's runner, {found} annotations and no other command")


if __name__ == "__main__":
    main(sys.argv[1])
