#!/usr/bin/env bash
# celery.sh COUNT FOLDER: Celery beat and one worker with two processes over a Redis of their own on loopback. COUNT
# jobs due at one minute, or, with 0, one job a second for half a minute.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$2
export COUNT=$1 REDIS_PORT=6399 PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1

children=()
cleanup() { kill "${children[@]}" 2>/dev/null || true; wait; }
trap cleanup EXIT
background() { "$@" >/dev/null 2>&1 & children+=($!); }

background redis-server --port $REDIS_PORT --bind 127.0.0.1 --save '' --dir "$folder"
sleep 0.5
background /usr/bin/python3 -m celery -A celery_app worker -c 2 -l ERROR
worker=$!
sleep 4
background /usr/bin/python3 -m celery -A celery_app beat -s "$folder/beat" -l ERROR
beat=$!

if [ "$COUNT" = 0 ]; then
  sleep 33
  "$here/lateness.py" "$STAMPS"
else
  due=$(($(date +%s) / 60 * 60 + 60))
  sleep $((due - $(date +%s) + 30))
  "$here/lateness.py" "$STAMPS" $due
fi
awk '/VmRSS/ { kb += $2 } END { printf "  beat and worker: %.0f MB resident\n", kb / 1024 }' \
  /proc/{$beat,$worker}/status $(pgrep -P $worker | sed 's,.*,/proc/&/status,')
