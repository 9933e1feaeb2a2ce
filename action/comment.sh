#!/usr/bin/env bash
# Keeps one comment on the pull request up to date. Whatever goes wrong here is one warning: the verdict stands already.
# In: TOKEN, BODY (the file with the Markdown; empty when there is none).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lib.sh
. "$here/lib.sh"

# How our comment is found again. GitHub does not show it.
MARK='<!-- coverdict: the comment of this pull request -->'
# GitHub takes no longer one.
MOST=65536

give_up() {
  warn "the comment was not written: $1. The job summary holds the same."
  exit 0
}

# call METHOD ADDRESS [FILE]   prints what the API answers. The token goes through standard input: arguments can be read
# by every process of the machine.
call() {
  local more=()
  [ $# -lt 3 ] || more=(--data-binary "@$3")
  printf 'header = "Authorization: Bearer %s"\n' "$TOKEN" |
    curl --config - --fail-with-body --silent --show-error --request "$1" --max-time 30 \
      --header 'Accept: application/vnd.github+json' --header 'X-GitHub-Api-Version: 2022-11-28' \
      ${more[@]+"${more[@]}"} -- "${GITHUB_API_URL:-https://api.github.com}/repos/$GITHUB_REPOSITORY/$2"
}

# The number of our comment, nothing when there is none yet. A thousand comments are looked at.
ours() {
  local page answer id
  for page in 1 2 3 4 5 6 7 8 9 10; do
    answer=$(call GET "issues/$number/comments?per_page=100&page=$page") || return 1
    id=$(jq -r --arg mark "$MARK" 'map(select(.user.type == "Bot" and (.body | startswith($mark)))) | .[0].id // empty' <<<"$answer")
    [ -z "$id" ] || { printf '%s' "${id%$'\r'}"; return; }
    [ "$(jq length <<<"$answer" | tr -d '\r')" = 100 ] || return 0
  done
}

command -v jq >/dev/null || give_up 'there is no jq on this runner'
number=$(jq -r '.pull_request.number // empty' "$GITHUB_EVENT_PATH" 2>/dev/null | tr -d '\r') || number=
if ! [[ $number =~ ^[0-9]+$ ]]; then
  echo "no pull request in a $GITHUB_EVENT_NAME event: no comment"
  exit 0
fi
[ -s "$BODY" ] || give_up 'coverdict has written no Markdown'
[[ $TOKEN =~ ^[A-Za-z0-9_.-]+$ ]] || give_up 'there is no token'

request=$(mktemp "$(forward "$RUNNER_TEMP")/coverdict-comment-XXXXXXXX")
jq -Rs --arg mark "$MARK" --argjson most "$MOST" '{body: ($mark + "\n" + .)} | if (.body | length) > $most then error("too long") else . end' \
  <"$BODY" >"$request" 2>/dev/null || give_up "the Markdown is longer than the $MOST characters that GitHub takes"
id=$(ours) || give_up "GitHub does not list the comments: ${id:0:300}"
if [ -n "$id" ]; then
  answer=$(call PATCH "issues/comments/$id" "$request" 2>&1) || give_up "GitHub refuses it: ${answer:0:300}"
  echo "comment $id is up to date"
else
  answer=$(call POST "issues/$number/comments" "$request" 2>&1) ||
    give_up "GitHub refuses it (on a pull request from a fork the token can only read): ${answer:0:300}"
  echo 'comment written'
fi
