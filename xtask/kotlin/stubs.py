"""Writes Java classes without bodies of those Android classes that Kotlin files import.

Usage: stubs.py SIGNATURES OUT KOTLIN...

SIGNATURES has the `.pyi` files of chaquopy-stubs-android, which describe Android's whole API for Python. They do
not say what is an interface, nor whether a number that is returned is an `int` or a `long`; the lists below do, for
what is used here. Nothing of this runs: the classes are what the Kotlin compiler looks names and types up in.
"""

import ast
import itertools
import pathlib
import re
import shutil
import sys

# Only what is handed over as a function, or made of nothing else, has to be one.
INTERFACES = {"android.app.Application.ActivityLifecycleCallbacks", "android.content.DialogInterface.OnClickListener"}
# Methods of those that a class need not have, by how they begin.
DEFAULT = ("onActivityPre", "onActivityPost")
# Interfaces of Java's without a method, by which other classes of Java's take what is Android's.
MARKERS = {"java.security.spec.AlgorithmParameterSpec"}
# Methods that return a `long`.
LONG = {"getLong", "optLong", "getLastModifiedTime"}

NUMBERS = {"int": "int", "float": "double", "bool": "boolean", "str": "String"}
EXACT = {
    "jint": "int", "jlong": "long", "jshort": "short", "jbyte": "byte", "jchar": "char",
    "jfloat": "float", "jdouble": "double", "jboolean": "boolean", "jvoid": "void",
}
BOXED = {"int": "Integer", "long": "Long", "double": "Double", "boolean": "Boolean", "void": "Void"}
VALUES = {"int": "{}", "long": "{}L", "double": "{}", "String": '"{}"', "boolean": "false"}


def dotted(node):
    """`a.b.c` of a name in Python's syntax tree; None of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return before and f"{before}.{node.attr}"
    return None


class Api:
    """All classes that are described, by their full names."""

    def __init__(self, folder):
        self.classes = {}
        for file in sorted(folder.glob("*-stubs/**/__init__.pyi")):
            package = ".".join(file.parent.relative_to(folder).parts).replace("-stubs", "", 1)
            # The compiler has Java's own.
            if package.split(".")[0] in ("java", "javax"):
                continue
            self._add(ast.parse(file.read_text()).body, package)

    def _add(self, body, outer):
        for node in body:
            if isinstance(node, ast.ClassDef):
                self.classes[f"{outer}.{node.name}"] = node
                self._add(node.body, f"{outer}.{node.name}")

    def find(self, name, place):
        """Looks a name up as one would at a place: from the inside out."""
        if not name:
            return None
        while place:
            if f"{place}.{name}" in self.classes:
                return f"{place}.{name}"
            place = place.rpartition(".")[0]
        return name if name in self.classes else None


def is_of_java(name):
    return name.startswith(("java.", "javax.")) and ".chaquopy." not in name


class Writer:
    def __init__(self, api, wanted):
        self.api = api
        # These get their members; what is only mentioned gets a name.
        self.full = set()
        self.mentioned = set()
        for name in wanted:
            self._want(name)

    def _want(self, name):
        if name not in self.api.classes or name in self.full:
            return
        self.full.add(name)
        self.mentioned.add(name)
        for base in self._bases(name):
            self._want(base)
        for inner in self.api.classes[name].body:
            if isinstance(inner, ast.ClassDef):
                self._want(f"{name}.{inner.name}")

    def _bases(self, name):
        for base in self.api.classes[name].bases:
            text = dotted(base.value if isinstance(base, ast.Subscript) else base)
            found = self.api.find(text, name)
            if found or (text and is_of_java(text) and text != "java.lang.Object"):
                yield found or text

    def _type(self, node, place, returned_by=None):
        """The Java type that an annotation stands for."""
        if isinstance(node, ast.Constant):
            if node.value is None:
                return "void"
            return self._type(ast.parse(node.value, mode="eval").body, place, returned_by)
        if isinstance(node, ast.BinOp):
            # One of several: what Python may pass for one type of Java, the exact one among them.
            parts = [*self._parts(node)]
            for part in parts:
                exact = EXACT.get((dotted(part) or "").removeprefix("java."))
                if exact:
                    return exact
            return self._type(parts[0], place, returned_by)
        if isinstance(node, ast.Subscript):
            if dotted(node.value) == "java.chaquopy.JavaArray":
                return self._type(node.slice, place) + "[]"
            base = self._type(node.value, place)
            # Android's own generic classes are written without parameters.
            return f"{base}<{self._arguments(node.slice, place)}>" if is_of_java(base) else base
        name = dotted(node) or ""
        if name in NUMBERS:
            return "long" if name == "int" and returned_by in LONG else NUMBERS[name]
        if name.startswith("java.chaquopy.JavaArrayJ"):
            return name.removeprefix("java.chaquopy.JavaArrayJ").lower() + "[]"
        found = self.api.find(name, place)
        if found and not is_of_java(found):
            self.mentioned.add(found)
            return found
        return name if is_of_java(name) else "Object"

    def _arguments(self, node, place):
        kinds = [self._type(one, place) for one in (node.elts if isinstance(node, ast.Tuple) else [node])]
        return ", ".join(BOXED.get(kind, "?" if kind == "Object" else kind) for kind in kinds)

    def _parts(self, node):
        if isinstance(node, ast.BinOp):
            yield from self._parts(node.left)
            yield from self._parts(node.right)
        elif not (isinstance(node, ast.Constant) and node.value is None):
            yield node

    def _members(self, name):
        node = self.api.classes[name]
        count = itertools.count(1)
        seen = set()
        for member in node.body:
            if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                annotation = member.annotation
                if not (isinstance(annotation, ast.Subscript) and dotted(annotation.value) == "typing.ClassVar"):
                    yield f"public {self._type(annotation, name)} {member.target.id};"
                    continue
                kind = self._type(annotation.slice, name)
                value = VALUES.get(kind, "null").format(next(count))
                yield f"public static final {kind} {member.target.id} = {value};"
            elif isinstance(member, ast.FunctionDef):
                is_static = any(dotted(mark) == "staticmethod" for mark in member.decorator_list)
                given = member.args.posonlyargs + member.args.args
                given = given if is_static else given[1:]
                kinds = [self._type(one.annotation, name) for one in given]
                if member.args.vararg:
                    kinds.append(self._type(member.args.vararg.annotation, name) + "...")
                if (member.name, *kinds) in seen:
                    continue
                seen.add((member.name, *kinds))
                words = ", ".join(f"{kind} p{at}" for at, kind in enumerate(kinds))
                if member.name == "__init__":
                    yield f"public {node.name}({words}) {{}}"
                elif not member.name.startswith("__"):
                    returned = self._type(member.returns, name, member.name)
                    head = f"public {'static ' if is_static else ''}{returned} {member.name}({words})"
                    if name not in INTERFACES:
                        yield f"{head} {{ throw new Error(); }}"
                    elif member.name.startswith(DEFAULT):
                        yield f"{head.replace('public ', 'public default ', 1)} {{ throw new Error(); }}"
                    else:
                        yield f"{head};"
        if name not in INTERFACES and ("__init__",) not in seen:
            yield f"public {node.name}() {{}}"

    def lines(self, name, inner=False):
        node = self.api.classes[name]
        is_interface = name in INTERFACES
        bases = [base for base in self._bases(name) if self._is_class(base)]
        # What can be made is surely a class; Context cannot and is one.
        base = next((base for base in bases if self._can_be_made(base)), bases[0] if bases else None)
        if base and not is_of_java(base):
            self.mentioned.add(base)
        marks = [base for base in self._bases(name) if base in MARKERS]
        head = f"public {'static ' if inner else ''}{'interface' if is_interface else 'class'} {node.name}"
        head += f" extends {base}" if base and not is_interface else ""
        yield head + (f" implements {', '.join(marks)}" if marks else "") + " {"
        if name in self.full:
            yield from self._members(name)
        for member in node.body:
            if isinstance(member, ast.ClassDef) and self._is_needed(f"{name}.{member.name}"):
                yield from self.lines(f"{name}.{member.name}", inner=True)
        yield "}"

    def _is_class(self, name):
        # Of Java's own classes only exceptions and errors are extended here.
        return name.endswith(("Exception", "Error")) if is_of_java(name) else name not in INTERFACES

    def _can_be_made(self, name):
        node = self.api.classes.get(name)
        return node is None or any(isinstance(one, ast.FunctionDef) and one.name == "__init__" for one in node.body)

    def _is_needed(self, name):
        return any(one == name or one.startswith(name + ".") for one in self.mentioned)


def package_of(name):
    return ".".join(itertools.takewhile(lambda word: word[:1].islower(), name.split(".")))


def top_of(name):
    package = package_of(name)
    return f"{package}.{name[len(package) + 1:].split('.')[0]}"


def main(signatures, out, *kotlin):
    api = Api(pathlib.Path(signatures))
    imported = set()
    for file in kotlin:
        text = pathlib.Path(file).read_text()
        imported.update(re.findall(r"^import ((?:android|org\.json)\.[\w.]+)", text, re.MULTILINE))
    unknown = sorted(name for name in imported if name not in api.classes)
    # An annotation is no class; it is written by hand.
    unknown = [name for name in unknown if not name.startswith("android.annotation.")]
    if unknown:
        sys.exit(f"Android has no {', '.join(unknown)}")
    imported = {name for name in imported if not name.startswith("android.annotation.")}
    writer = Writer(api, sorted(imported | INTERFACES))
    # Writing a class mentions others: until nothing new is mentioned.
    texts = {}
    while True:
        before = len(writer.mentioned)
        for name in sorted({top_of(one) for one in writer.mentioned}):
            texts[name] = "\n".join([f"package {package_of(name)};", *writer.lines(name)])
        if len(writer.mentioned) == before:
            break
    shutil.rmtree(out, ignore_errors=True)
    for name, text in texts.items():
        file = pathlib.Path(out, *name.split(".")).with_suffix(".java")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")


main(*sys.argv[1:])
