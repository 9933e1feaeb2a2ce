#!/usr/bin/env bash
# Decides how coverdict comes onto the runner.
# In: INPUT_INSTALL, INPUT_VERSION, INPUT_DIRECTORY, ACTION_REPOSITORY (empty for an action of the workspace), and what the runner sets.
# Out: method (binary, source, path); for the first two the folder for the program and the key of its cache; for binary
# the archive, its address and its hash from checksums.txt.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lib.sh
. "$here/lib.sh"

# The version of this checkout: the first `version` of the manifest is the package's.
own_version() {
  sed -n 's/^version = "\([^"]*\)".*/\1/p' "$here/../Cargo.toml" | head -n 1
}

# The version that .tool-versions names, from the working directory upward.
pinned_version() {
  local folder found
  folder=$(cd "$INPUT_DIRECTORY" && pwd) || fail 2 "working-directory cannot be entered: $INPUT_DIRECTORY"
  while :; do
    if [ -f "$folder/.tool-versions" ]; then
      found=$(awk '$1 == "coverdict" { print $2; exit }' "$folder/.tool-versions")
      [ -z "$found" ] || { printf '%s' "$found"; return; }
    fi
    [ "$folder" != "$(dirname "$folder")" ] || break
    folder=$(dirname "$folder")
  done
  fail 2 'version is .tool-versions, and no .tool-versions here or above names coverdict'
}

# What the archive of a release is called for this machine; nothing where there is none.
platform() {
  case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
    Linux-X64) echo x86_64-unknown-linux-musl ;;
    Linux-ARM64) echo aarch64-unknown-linux-musl ;;
    macOS-X64) echo x86_64-apple-darwin ;;
    macOS-ARM64) echo aarch64-apple-darwin ;;
    Windows-X64) echo x86_64-pc-windows-msvc ;;
    *) ;;
  esac
}

plan_source() {
  local state
  # What would be built: the names and contents of everything that the build reads.
  state=$(cd "$here/.." && find Cargo.toml Cargo.lock src schemas templates docs -type f | LC_ALL=C sort |
    while IFS= read -r file; do printf '%s\n' "$file"; cat "$file"; done | sha256 /dev/stdin)
  output method source
  output folder "$folder/source-${state:0:16}"
  output cache "coverdict-source-$own-${RUNNER_OS:-}-${RUNNER_ARCH:-}-$state"
}

case $INPUT_INSTALL in
  binary | source | path) ;;
  *) fail 2 "install is $INPUT_INSTALL; expected binary, source or path" ;;
esac
if [ "$INPUT_INSTALL" = path ]; then
  output method path
  exit
fi

own=$(own_version)
version=${INPUT_VERSION#v}
case $version in
  '') version=$own ;;
  .tool-versions) version=$(pinned_version) || { printf '%s\n' "$version"; exit 2; } ;;
  *) ;;
esac
# In a variable, because the bash of macOS stumbles over a parenthesis inside of an expression.
exact='^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$'
[[ $version =~ $exact ]] ||
  fail 2 "version is $version; expected an exact one such as $own, or .tool-versions"
folder=$(forward "${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}")/coverdict/$version

archive=coverdict-$version-$(platform).tar.gz
hash=$(awk -v name="$archive" '$2 == name { print $1 }' "$here/checksums.txt")
if [ "$INPUT_INSTALL" = binary ] && [[ $hash =~ ^[0-9a-f]{64}$ ]] && [ -n "$ACTION_REPOSITORY" ]; then
  output method binary
  output folder "$folder/binary"
  output cache "coverdict-binary-$version-${RUNNER_OS}-${RUNNER_ARCH}-$hash"
  output archive "$archive"
  output url "${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download/v$version/$archive"
  output sha256 "$hash"
elif [ "$version" = "$own" ]; then
  plan_source
else
  fail 2 "checksums.txt of this action has no coverdict $version for ${RUNNER_OS:-this system} ${RUNNER_ARCH:-}, and its own source is $own: name the tag of the action that belongs to $version"
fi
