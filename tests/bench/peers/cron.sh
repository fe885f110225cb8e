#!/usr/bin/env bash
# cron.sh COUNT: Debian's cron with COUNT jobs due at one minute, from the crontab of this user, which has to be empty.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ -z "$(crontab -l 2>/dev/null)" ] || { echo "  skipped: this user has a crontab" >&2; exit 0; }
! pgrep -x cron >/dev/null || { echo "  skipped: a cron is running" >&2; exit 0; }

{ echo 'MAILTO=""'; for ((n = 0; n < $1; ++n)); do echo "* * * * * $STAMP $STAMPS"; done; } | crontab -
cron -f &
cron=$!
cleanup() { crontab -r; kill $cron; }
trap cleanup EXIT

sleep 1
due=$(($(date +%s) / 60 * 60 + 60))
sleep $((due - $(date +%s) + 15))
"$here/lateness.py" "$STAMPS" $due
awk '/VmRSS/ { printf "  %.1f MB resident\n", $2 / 1024 }' /proc/$cron/status
