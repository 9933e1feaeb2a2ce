#!/usr/bin/env bash
# Puts coverdict into FOLDER, unless the cache has brought it, and gives its path as the output `program`.
# In: METHOD, FOLDER, ARCHIVE, URL, SHA256 of plan.sh. Nothing is run, and nothing unpacked, before its hash is right.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lib.sh
. "$here/lib.sh"

# The archive itself is what is cached: its hash is checked each time.
from_release() {
  mkdir -p "$FOLDER"
  local file=$FOLDER/$ARCHIVE
  if [ ! -f "$file" ]; then
    curl --fail --silent --show-error --location --retry 3 --output "$file.part" -- "$URL" ||
      fail 3 "cannot download $URL; with install: source it is built instead"
    mv "$file.part" "$file"
  fi
  local found
  found=$(sha256 "$file")
  if [ "$found" != "$SHA256" ]; then
    rm -f "$file"
    fail 3 "$ARCHIVE is not what was released: SHA-256 $found, expected $SHA256"
  fi
  local unpacked
  unpacked=$(mktemp -d "$(forward "$RUNNER_TEMP")/coverdict-XXXXXXXX")
  # Standard input, because GNU tar takes a drive's colon for the name of a host; named, because a tar without -f may read a tape.
  tar -xzf - -C "$unpacked" <"$file"
  program_in "$unpacked"
}

from_source() {
  local program
  program=$(program_in "$FOLDER")
  if [ ! -x "$program" ]; then
    command -v cargo >/dev/null ||
      fail 3 'there is no release for this platform, and no cargo to build with: install Rust before this step'
    local build
    build=$(forward "$RUNNER_TEMP")/coverdict-build
    echo '::group::cargo build' >&2
    cargo build --release --locked --manifest-path "$(forward "$GITHUB_ACTION_PATH")/Cargo.toml" --target-dir "$build" >&2 ||
      fail 3 'coverdict cannot be built; the log above says why'
    echo '::endgroup::' >&2
    mkdir -p "$FOLDER"
    cp "$(program_in "$build/release")" "$program"
  fi
  printf '%s' "$program"
}

case $METHOD in
  binary) program=$(from_release) || { printf '%s\n' "$program"; exit 3; } ;;
  source) program=$(from_source) || { printf '%s\n' "$program"; exit 3; } ;;
  *) program=$(command -v coverdict) || fail 3 'install is path, and there is no coverdict in PATH' ;;
esac
"$program" --version
output program "$program"
