"""GitLab's and Jenkins' reading of a Cobertura file, written anew from what their readers are known to do.

Both give {file: {line: hits}}. `Refused` is raised where the real reader gives up on the whole file.
"""

import re
import xml.sax
import xml.sax.handler


class Refused(Exception):
    """The reader rejects the document."""


class _Events(xml.sax.handler.ContentHandler):
    """Calls start(name, attributes), text(characters) and end(name) of a subclass; nothing is loaded from outside."""

    def startElement(self, name, attrs):
        self.start(name, dict(attrs))

    def endElement(self, name):
        self.end(name)

    def characters(self, content):
        self.text(content)

    def start(self, name, attributes):
        raise NotImplementedError

    def text(self, content):
        pass

    def end(self, name):
        pass


def _parse(path, events):
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.setFeature(xml.sax.handler.feature_external_pes, False)
    parser.setContentHandler(events)
    try:
        parser.parse(path)
    except xml.sax.SAXParseException as error:
        raise Refused(f"ill-formed XML: {error}") from error


def ruby_integer(text):
    """Ruby's Integer(): decimal, or octal with a leading zero; no fraction, no exponent."""
    match = re.fullmatch(r"\s*([+-]?)(0[0-7_]*|[1-9][0-9_]*)\s*", text or "")
    if not match:
        raise Refused(f"not an integer: {text!r}")
    digits = match.group(2)
    value = int(digits, 8) if len(digits) > 1 and digits.startswith("0") else int(digits)
    return -value if match.group(1) == "-" else value


class _GitLab(_Events):
    MAX_SOURCES = 100

    def __init__(self, project, tree):
        self.project, self.tree = project, tree
        self.roots, self.report = [], {}
        self.source, self.sources, self.buffer, self.file = None, 0, {}, None

    def start(self, name, attributes):
        # libxml2 without entity replacement hands an ampersand over as a reference.
        attributes = {key: value.replace("&", "&#38;") for key, value in attributes.items()}
        if name == "source":
            self.source = ""
        elif name == "class":
            if "filename" not in attributes:
                raise Refused("class without filename")
            self.file = attributes["filename"].replace("\\", "/")
        elif name == "line":
            # Lines of methods come through here as well: the last one of a number wins.
            number, hits = ruby_integer(attributes.get("number")), ruby_integer(attributes.get("hits"))
            self.buffer[number] = hits

    def text(self, content):
        if self.source is not None:
            self.source += content

    def end(self, name):
        if name == "source":
            self.sources += 1
            source = self.source.replace("\\", "/")
            _, found, remainder = source.partition(f"/{self.project}/")
            if found and remainder and "/usr/local/go/src" not in source and self.sources <= self.MAX_SOURCES:
                self.roots.append(remainder.strip("/"))
            self.source = None
        elif name == "class":
            self.close_class()

    def close_class(self):
        path = self.file
        if self.roots:
            path = next((f"{root}/{path}" for root in self.roots if f"{root}/{path}" in self.tree), None)
            if path is None:
                return  # dropped; its lines stay in the buffer and go to the next class that matches
        lines = self.report.setdefault(path, {})
        for number, hits in self.buffer.items():
            lines[number] = lines.get(number, 0) + hits
        self.buffer = {}


def gitlab(path, project="group/project", tree=()):
    """What a merge request shows. `tree` are the paths of the repository."""
    events = _GitLab(project, set(tree))
    _parse(path, events)
    return events.report


class _Jenkins(_Events):
    INT_MAX = 2**31 - 1
    REQUIRED = {
        "package": ("name",),
        "class": ("name", "filename"),
        "method": ("name", "signature"),
        "line": ("number", "hits"),
    }

    def __init__(self):
        self.report, self.classes, self.methods = {}, set(), set()
        self.package = self.file = None

    def start(self, name, attributes):
        for key in self.REQUIRED.get(name, ()):
            if key not in attributes:
                raise Refused(f"{name} without {key}")
        if name == "package":
            self.package = attributes["name"]
            if not self.package.strip():
                raise Refused("blank package name becomes a random id")
        elif name == "class":
            self.file = attributes["filename"]
            key = (self.package, self.file, attributes["name"])
            if key in self.classes:
                raise Refused(f"class twice: {key}")
            self.classes.add(key)
            self.methods = set()
        elif name == "method":
            key = (attributes["name"], attributes["signature"])
            if key in self.methods:
                raise Refused(f"method twice: {key}")
            self.methods.add(key)
        elif name == "line":
            lines = self.report.setdefault(self.file, {})
            number = self.integer(attributes["number"])
            lines[number] = max(lines.get(number, 0), self.integer(attributes["hits"]))

    def integer(self, text):
        """A number that is no 32-bit integer reads as 0."""
        return int(text) if re.fullmatch(r"[+-]?[0-9]+", text) and abs(int(text)) <= self.INT_MAX else 0


def jenkins(path):
    """What the coverage plug-in shows; an empty document is a failed import there."""
    events = _Jenkins()
    _parse(path, events)
    if not events.report:
        raise Refused("empty report")
    return events.report
