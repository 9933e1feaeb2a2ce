#!/usr/bin/env bash
# What the scripts of the action share. Sourced, never run.
# No value that comes from outside is ever part of a command: all are variables, and all are quoted.

# output NAME VALUE   gives the action an output. The delimiter cannot be guessed, so no value can end it.
output() {
  local mark
  mark=coverdict_$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s<<%s\n%s\n%s\n' "$1" "$mark" "$2" "$mark" >>"$GITHUB_OUTPUT"
}

# escaped TEXT   prints TEXT as the data of a workflow command.
escaped() {
  local text=$1
  text=${text//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '%s' "$text"
}

warn() { printf '::warning title=coverdict::%s\n' "$(escaped "$1")"; }

# fail CODE TEXT   ends the step with an exit code of coverdict's own table.
fail() {
  printf '::error title=coverdict::%s\n' "$(escaped "$2")"
  exit "$1"
}

# sha256 FILE   prints its hash; macOS has no sha256sum.
sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1"
  else
    shasum -a 256 <"$1"
  fi | cut -d ' ' -f 1
}

# forward PATH   prints it with `/`, which every program on Windows takes as well.
forward() { printf '%s' "${1//\\//}"; }

# The file of the program, in the folder $1.
program_in() {
  if [ "${RUNNER_OS:-}" = Windows ]; then
    printf '%s/coverdict.exe' "$1"
  else
    printf '%s/coverdict' "$1"
  fi
}
