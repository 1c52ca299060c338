#!/usr/bin/env bash
# Private container engines for the tests: a dockerd and a Podman service with sockets, stores and processes of their
# own, all below one directory, so that nothing of the machine's own engines is seen or touched.
#
# usage: engines.sh start DIRECTORY   starts what is installed; prints the OCCY_TEST_… variables, NAME=VALUE per line
#        engines.sh stop DIRECTORY    stops them, unmounts what they left below DIRECTORY, removes DIRECTORY
#
# Needs root. DIRECTORY is absolute, short (a socket's path has at most 107 bytes) and on a disk.
set -euo pipefail

start_seconds=30 # a store on a busy machine's disk takes about two

say() { echo "engines.sh: $*" >&2; }

answers() {
  curl --silent --fail --max-time 2 --unix-socket "$1" --output /dev/null http://localhost/_ping
}

# await_engine SOCKET PID LOG: true when it answers, false when it died or the time is over
await_engine() {
  local deadline=$((SECONDS + start_seconds))
  until answers "$1"; do
    if ! kill -0 "$2" 2>/dev/null; then return 1; fi
    if [ $SECONDS -ge $deadline ]; then say "no answer on $1 within $start_seconds s"; return 1; fi
    sleep 0.1
  done
}

# run_detached PIDFILE LOG COMMAND…: a process of its own session, which outlives this script
run_detached() {
  local pid_file=$1 log=$2
  shift 2
  setsid "$@" </dev/null >"$log" 2>&1 &
  echo $! >"$pid_file"
}

# No bridge and no firewall rules: the machine's network stays as it is, and containers run with --network none.
start_dockerd() {
  local directory=$1 driver=$2
  mkdir -p "$directory"
  echo '{}' >"$directory/daemon.json" # keeps /etc/docker/daemon.json out
  run_detached "$directory/pid" "$directory/log" dockerd --config-file "$directory/daemon.json" \
    --host "unix://$directory/docker.sock" --data-root "$directory/data" --exec-root "$directory/exec" \
    --pidfile "$directory/dockerd.pid" --bridge=none --iptables=false --ip6tables=false \
    --ip-forward=false --ip-masq=false --storage-driver "$driver"
  await_engine "$directory/docker.sock" "$(cat "$directory/pid")"
}

start_docker() {
  command -v dockerd >/dev/null || { say "no dockerd on this machine"; return 1; }
  local driver
  for driver in overlay2 vfs; do # vfs works where overlay mounts do not (in a container, say)
    if start_dockerd "$1" "$driver"; then return 0; fi
    say "dockerd with the storage driver $driver did not start:"
    tail -n 5 "$1/log" >&2
    stop_engine "$1"
  done
  return 1
}

# runc, because Debian 12's crun refuses machines with hybrid control groups. Locks are files, because Podman's
# default is one shared memory segment for all Podmans of a user.
write_podman_config() {
  cat >"$1/containers.conf" <<CONF
[engine]
lock_type = "file"
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
CONF
  cat >"$1/storage.conf" <<CONF
[storage]
driver = "$2"
graphroot = "$1/root"
runroot = "$1/run"
CONF
}

start_podman_service() {
  local directory=$1
  mkdir -p "$directory"
  write_podman_config "$directory" "$2"
  run_detached "$directory/pid" "$directory/log" \
    env CONTAINERS_CONF="$directory/containers.conf" CONTAINERS_STORAGE_CONF="$directory/storage.conf" \
    podman --root "$directory/root" --runroot "$directory/run" --tmpdir "$directory/tmp" \
    system service --time=0 "unix://$directory/podman.sock"
  await_engine "$directory/podman.sock" "$(cat "$directory/pid")"
}

start_podman() {
  command -v podman >/dev/null || { say "no podman on this machine"; return 1; }
  local driver
  for driver in overlay vfs; do
    if start_podman_service "$1" "$driver"; then return 0; fi
    say "podman with the storage driver $driver did not start:"
    tail -n 5 "$1/log" >&2
    stop_engine "$1"
  done
  return 1
}

# end_process PIDFILE: asks, waits up to ten seconds, then kills
end_process() {
  [ -s "$1" ] || return 0
  local pid tries=0
  pid=$(cat "$1")
  kill "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do
    if [ $tries -eq 100 ]; then kill -KILL "$pid" 2>/dev/null || true; fi
    if [ $tries -eq 120 ]; then say "process $pid does not end"; return 1; fi
    tries=$((tries + 1))
    sleep 0.1
  done
}

# The mount points below a directory, deepest first (mountinfo writes a blank as \040).
mounts_below() {
  awk -v top="$1/" '{ gsub(/\\040/, " ", $5); if (index($5, top) == 1) print $5 }' /proc/self/mountinfo | sort -r
}

# stop_engine DIRECTORY: ends the daemon (and its containerd, if it outlived a killed dockerd), removes DIRECTORY
stop_engine() {
  end_process "$1/pid"
  end_process "$1/exec/containerd/containerd.pid"
  local mount_point
  while read -r mount_point; do umount --lazy "$mount_point" || true; done < <(mounts_below "$1")
  rm -rf --one-file-system "$1"
}

start() {
  [ "$(id -u)" -eq 0 ] || { say "private engines need root"; return 1; }
  mkdir -p "$1"
  if start_docker "$1/docker"; then echo "OCCY_TEST_DOCKER_SOCKET=$1/docker/docker.sock"; fi
  if start_podman "$1/podman"; then echo "OCCY_TEST_PODMAN_SOCKET=$1/podman/podman.sock"; fi
  echo OCCY_TEST_PRIVATE_ENGINES=1
}

stop() {
  stop_engine "$1/docker"
  stop_engine "$1/podman"
  rm -rf --one-file-system "$1"
}

case ${1:-}:${2:-} in
  start:/* | stop:/*) "$1" "$2" ;;
  *) echo "usage: engines.sh start|stop ABSOLUTE_DIRECTORY" >&2; exit 2 ;;
esac
