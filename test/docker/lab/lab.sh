#!/usr/bin/env bash
# A Docker engine of its own with stand-in images: lab.sh up|down <folder>. See README.md beside it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
lab=$(mkdir -p "${2:?lab.sh up|down <folder>}" && cd "$2" && pwd)
export DOCKER_HOST=unix://$lab/docker.sock DOCKER_BUILDKIT=0

up() {
  install_packages
  node "$here/prepare.ts" "$lab"
  make_base
  start_engine
  docker import -c 'ENV PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$lab/base.tar" lab/base:bookworm
  build jre lab/jre:25
  build minio quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z
  build kafka apache/kafka:4.3.1
  build nessie ghcr.io/projectnessie/nessie:0.99.0
  build trino trinodb/trino:476
  echo "DOCKER_HOST=$DOCKER_HOST"
}

install_packages() {
  command -v dockerd >/dev/null && command -v debootstrap >/dev/null && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io debootstrap iptables
}

make_base() {
  [ -e "$lab/base.tar" ] && return
  debootstrap --variant=minbase --include=ca-certificates,bash,curl bookworm "$lab/base" >"$lab/debootstrap.log"
  tar -C "$lab/base" --numeric-owner -cf "$lab/base.tar" .
  rm -rf "$lab/base"
  local jlink
  jlink=$(ls "${JAVA_HOME:-/nowhere}"/bin/jlink /usr/lib/jvm/*25*/bin/jlink 2>/dev/null | tail -1)
  rm -rf "$lab/images/jre/jre25"
  "${jlink:?a JDK 25 with jlink is needed}" --add-modules ALL-MODULE-PATH --strip-debug --no-header-files --no-man-pages \
    --compress=zip-6 --output "$lab/images/jre/jre25"
}

start_engine() {
  curl -fsS --unix-socket "$lab/docker.sock" http://docker/_ping >/dev/null 2>&1 && return
  nohup dockerd --data-root "$lab/data" --exec-root "$lab/exec" --pidfile "$lab/docker.pid" -H "$DOCKER_HOST" \
    >"$lab/dockerd.log" 2>&1 &
  for _ in $(seq 1 300); do
    curl -fsS --unix-socket "$lab/docker.sock" http://docker/_ping >/dev/null 2>&1 && return
    sleep 0.1
  done
  tail -5 "$lab/dockerd.log" >&2
  exit 1
}

build() {
  docker build -q -t "$2" "$lab/images/$1"
}

down() {
  [ -e "$lab/docker.pid" ] || return 0
  kill "$(cat "$lab/docker.pid")"
  while [ -e "$lab/docker.pid" ]; do sleep 0.2; done
  # A stopped engine leaves its bridge behind.
  ip link del docker0 2>/dev/null || true
}

"$1"
