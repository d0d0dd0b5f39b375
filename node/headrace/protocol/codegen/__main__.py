"""`python -m headrace.protocol.codegen [--check]`: write `generated/` from `manifests/`, or say what is out of date.

Run by people after a manifest was changed and by the checks of every build. The only module of the protocol that
touches files. With --check nothing is written and the exit code is 1 when a generated file differs, is missing, or
has no manifest.
"""

import sys
from pathlib import Path

from headrace.protocol.codegen.emit import emit_index, emit_module, manifest_file_name, module_name
from headrace.protocol.codegen.parse import Manifest, ManifestError, parse_manifest

PROTOCOL = Path(__file__).resolve().parent.parent


def generate(manifests_dir: Path) -> dict[str, str]:
    """File name to source of everything that belongs into `generated/`."""
    manifests: list[Manifest] = []
    for path in sorted(manifests_dir.glob("*.api")):
        manifest = parse_manifest(path.read_text(encoding="utf-8"), path.name)
        if path.name != manifest_file_name(manifest):
            raise ManifestError(f"{path.name}: must be named {manifest_file_name(manifest)}")
        manifests.append(manifest)
    files = {f"{module_name(each)}.py": emit_module(each) for each in manifests}
    files["__init__.py"] = '"""Generated codecs, a module for each API; `every_api` imports them all."""\n'
    files["every_api.py"] = emit_index(manifests)
    return files


def stale_files(files: dict[str, str], generated_dir: Path) -> list[str]:
    """Names whose content on disk is not what the manifests say."""
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in generated_dir.glob("*.py")}
    return sorted(name for name in files.keys() | on_disk.keys() if files.get(name) != on_disk.get(name))


def main(arguments: list[str]) -> int:
    """Entry point; returns the exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m headrace.protocol.codegen [--check]\n")
        return 2
    generated_dir = PROTOCOL / "generated"
    try:
        files = generate(PROTOCOL / "manifests")
    except ManifestError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    stale = stale_files(files, generated_dir)
    if arguments:
        for name in stale:
            sys.stderr.write(f"generated/{name} is out of date: run `python -m headrace.protocol.codegen`\n")
        return 1 if stale else 0
    generated_dir.mkdir(exist_ok=True)
    for name in stale:
        path = generated_dir / name
        if name in files:
            path.write_text(files[name], encoding="utf-8", newline="\n")
        else:
            path.unlink()
    sys.stdout.write(f"{len(files)} files, {len(stale)} changed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
