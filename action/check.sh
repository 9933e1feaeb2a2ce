#!/usr/bin/env bash
# Runs coverdict once, and gives the outputs of the action.
# In: PROGRAM and the INPUT_* variables of action.yml. The step ends with the exit code of coverdict.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lib.sh
. "$here/lib.sh"
# Git Bash would turn arguments and variables that look like paths of Unix into paths of Windows.
export MSYS2_ARG_CONV_EXCL='*' MSYS_NO_PATHCONV=1 MSYS2_ENV_CONV_EXCL=COVERDICT_

# Settings that coverdict reads as variables. An empty input leaves the job's own variable alone.
settings() {
  local pair name
  for pair in FILES:INPUTS TOTAL:TOTAL PATCH:PATCH PACKAGE:PACKAGE FILE:FILE BASE:BASE WARN_ONLY:WARN_ONLY \
    BASELINE:BASELINE NO_REGRESS:NO_REGRESS MAX_LOST:MAX_LOST MAX_MISSED:MAX_MISSED ANNOTATIONS:ANNOTATIONS SUMMARY:SUMMARY; do
    name=INPUT_${pair%%:*}
    [ -z "${!name}" ] || export "COVERDICT_${pair##*:}=${!name}"
  done
}

# lines TEXT   sets the array `rows` to its lines, without blanks around them and without empty ones.
lines() {
  local row
  rows=()
  while IFS=$' \t\r' read -r row || [ -n "$row" ]; do
    [ -z "$row" ] || rows+=("$row")
  done <<<"$1"
}

# More arguments. Several lines: one each. One line: split at blanks, and nothing is expanded.
more_arguments() {
  lines "$INPUT_ARGS"
  if [ ${#rows[@]} -eq 1 ]; then
    read -r -a rows <<<"${rows[0]}"
  fi
  [ ${#rows[@]} -eq 0 ] || arguments+=("${rows[@]}")
}

# The reports of the config, FORMAT=PATH, as --print-config shows them: every path in double quotes. They are named
# again because one -o, and the action needs one, takes the place of the whole list of the config.
config_reports() {
  local printed config folder row path format rest
  printed=$("$PROGRAM" "${arguments[@]}" --print-config 2>/dev/null) || return 0
  config=$(sed -n '1s/^# config: //p' <<<"$printed")
  row=$(sed -n 's/^reports: \[\(.*\)\] .*/\1/p' <<<"$printed")
  folder=$(dirname -- "$config")
  rows=()
  local entry='^(, )?\{([a-z-]+): "(([^"\\]|\\.)*)"\}(.*)$'
  while [[ $row =~ $entry ]]; do
    format=${BASH_REMATCH[2]}
    rest=${BASH_REMATCH[5]}
    path=${BASH_REMATCH[3]//\\\"/\"}
    path=${path//\\\\/\\}
    case $path in
      /* | [A-Za-z]:*) ;;
      *) path=$folder/$path ;;
    esac
    rows+=("$format=$path")
    row=$rest
  done
}

# Names the outputs: those of the user, our JSON, the Markdown of a comment.
reports() {
  lines "$INPUT_REPORTS"
  [ ${#rows[@]} -gt 0 ] || config_reports
  local row
  for row in ${rows[@]+"${rows[@]}"}; do
    arguments+=(-o "$row")
    case $row in
      html=*) html=$(absolute "${row#*=}") ;;
      sarif=*) sarif=$(absolute "${row#*=}") ;;
      *) ;;
    esac
  done
  arguments+=(-o "json=$json")
  [ "$INPUT_COMMENT" != auto ] || arguments+=(-o "markdown=$comment")
}

# absolute PATH   as programs of the system know it: Git Bash alone has -W, and says /d/a where others say D:/a.
absolute() {
  case $1 in
    /* | [A-Za-z]:*) printf '%s' "$1" ;;
    *) printf '%s/%s' "$(pwd -W 2>/dev/null || pwd)" "$1" ;;
  esac
}

# Reads what the outputs need from the report: `OUTCOME COVERED TOTAL PATCH_COVERED PATCH_TOTAL`, `-` for what is not there.
# The report is one line whose fields have a fixed order, and a name in it cannot pass for a field: quotes inside of a
# string are escaped there.
facts() {
  awk '
    function behind(text, mark, at) {
      at = index(text, mark)
      return at ? substr(text, at + length(mark)) : ""
    }
    # The two counts of the first item of the metric: {"covered":1,"partial":0,"total":2}
    function counts(text, numbers) {
      text = behind(text, "\"" metric "\":{")
      if (!match(text, /^"covered":[0-9]+,("partial":[0-9]+,)?"total":[0-9]+/)) return "- -"
      text = substr(text, 1, RLENGTH)
      gsub(/"partial":[0-9]+,/, "", text)
      gsub(/[^0-9,]/, "", text)
      split(text, numbers, ",")
      return numbers[1] " " numbers[2]
    }
    {
      metric = behind($0, ",\"metric\":\"")
      metric = substr(metric, 1, index(metric, "\"") - 1)
      outcome = "none"
      if (index($0, "\"outcome\":\"pass\"")) outcome = "pass"
      if (index($0, "\"outcome\":\"fail\"")) outcome = "fail"
      print outcome, counts(behind($0, "],\"totals\":{")), counts(behind($0, ",\"patch\":{\"state\":"))
      exit
    }' "$json"
}

# percent COVERED TOTAL   with one decimal, but 100.0 and 0.0 only for all and none.
percent() {
  awk -v covered="$1" -v total="$2" 'BEGIN {
    if (total + 0 == 0) exit
    text = sprintf("%.1f", covered * 100 / total)
    if (text == "100.0" && covered < total) text = "99.9"
    if (text == "0.0" && covered > 0) text = "0.1"
    print text
  }'
}

# Gives an output, unless coverdict has written it itself.
give() { grep -qE "^$1(=|<<)" "$GITHUB_OUTPUT" 2>/dev/null || output "$1" "$2"; }

give_results() {
  local code=$1 outcome=none covered=- total=- patch_covered=- patch_total=- missed='' written=''
  if [ -s "$json" ]; then
    written=$json
    read -r outcome covered total patch_covered patch_total < <(facts)
  fi
  # Beyond 1 there is no verdict, whatever was counted.
  [ "$code" -le 1 ] || outcome=none
  [ "$patch_total" = - ] || missed=$((patch_total - patch_covered))
  give verdict "$outcome"
  give total "$(percent "$covered" "$total")"
  give patch "$(percent "$patch_covered" "$patch_total")"
  give missed-patch "$missed"
  # Paths are absolute here, whatever coverdict has written: a later step may run in another folder. The last one counts.
  output json "$written"
  output html "$html"
  output sarif "$sarif"
  give exit-code "$code"
  [ ! -s "$comment" ] || output comment "$comment"
}

results=$(mktemp -d "$(forward "$RUNNER_TEMP")/coverdict-XXXXXXXX")
json=$results/report.json
comment=$results/comment.md
html=
sarif=
case $INPUT_COMMENT in
  auto | off | '') ;;
  *) fail 2 "comment is $INPUT_COMMENT; expected auto or off" ;;
esac
cd -- "$INPUT_DIRECTORY" || fail 2 "working-directory cannot be entered: $INPUT_DIRECTORY"
arguments=(check)
[ -z "$INPUT_CONFIG" ] || arguments+=(--config "$INPUT_CONFIG")
more_arguments
settings
reports
code=0
"$PROGRAM" "${arguments[@]}" || code=$?
give_results "$code"
exit "$code"
