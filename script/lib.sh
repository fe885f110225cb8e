# Shared by script/run, script/test and tests/bench/run: packages, configure, build. Source it; it changes into the
# checkout. Works on a bare Debian 12, as root or with sudo, without a terminal.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build_packages=(g++ cmake ninja-build ccache libcli11-dev libtomlplusplus-dev libsqlite3-dev libspdlog-dev
                libfmt-dev libcctz-dev nlohmann-json3-dev libpq-dev libmariadb-dev libssl-dev zlib1g-dev tzdata)

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# True when every package is installed; asks dpkg alone, so it costs milliseconds.
have_packages() {
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Status}\n' "$@" 2>/dev/null) || return 1
  ! grep -qvx installed <<<"$installed"
}

# need_packages PACKAGE...: installs what is missing, all in one go.
need_packages() {
  have_packages "$@" && return
  command -v apt-get >/dev/null || fail "needs apt-get (Debian 12), or these installed by hand: $*"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "packages are missing; as root: apt-get install $*"
    as_root=(sudo)
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive ${RUNLEVEL:+RUNLEVEL=$RUNLEVEL} apt-get -q -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update </dev/null
  "${apt[@]}" install -y --no-install-recommends "$@" </dev/null
}

# need_servers PACKAGE...: the same for database servers that tests start by themselves, in folders of their own: no
# cluster is made and nothing is started by their installation.
need_servers() {
  have_packages "$@" && return
  if [ "$(id -u)" = 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  fi
  RUNLEVEL=1 need_packages "$@"
}

# build PRESET [CMAKE OPTION...]: configures and builds into build/PRESET.
build() {
  local preset=$1 said
  shift
  said=$(cmake --preset "$preset" "$@" 2>&1) || fail "$said"
  cmake --build --preset "$preset"
}
