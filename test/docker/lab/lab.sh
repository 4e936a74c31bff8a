#!/usr/bin/env bash
# A Docker engine of its own with stand-in images and a registry: lab.sh up|modern|down <folder>. See README.md beside it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
lab=$(mkdir -p "${2:?lab.sh up|modern|down <folder>}" && cd "$2" && pwd)
export DOCKER_HOST=unix://$lab/docker.sock DOCKER_BUILDKIT=0
registry_module=github.com/distribution/distribution/v3/cmd/registry@v3.1.2

# The same on the newest engine, compiled from its Go modules (about ten minutes, once): API 1.56 and the containerd store.
modern() {
  install_packages
  command -v pkg-config >/dev/null && pkg-config libseccomp || apt-get install -y -qq libseccomp-dev pkg-config >"$lab/apt.log"
  build_modern
  # Its runc, containerd and docker-proxy have to be found before the system's.
  export PATH=$lab/modern:$PATH
  up
}

build_modern() {
  [ -x "$lab/modern/runc" ] && return
  local moby=github.com/moby/moby/v2/cmd containerd=github.com/containerd/containerd/v2/cmd
  export GOBIN=$lab/modern
  go install $moby/dockerd@v2.0.0-beta.24
  go install $moby/docker-proxy@v2.0.0-beta.24
  go install $containerd/containerd@v2.4.2
  go install $containerd/containerd-shim-runc-v2@v2.4.2
  go install -tags seccomp github.com/opencontainers/runc@v1.5.2
}

up() {
  local began=$SECONDS
  install_packages
  build_registry >"$lab/registry-build.log" 2>&1 &
  local registry=$!
  make_base
  node "$here/prepare.ts" "$lab"
  start_engine
  # Imported anew it would be another image, and everything on top of it would be built again.
  docker image inspect lab/base:bookworm >/dev/null 2>&1 || docker import -c 'ENV PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$lab/base.tar" lab/base:bookworm >/dev/null
  build jre lab/jre:25
  build minio quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z
  build seaweedfs chrislusf/seaweedfs:4.48
  build kafka apache/kafka:4.3.1
  build nessie ghcr.io/projectnessie/nessie:0.99.0
  build trino trinodb/trino:476
  wait "$registry" || echo "The registry could not be built, so pulls are not tested: $(tail -1 "$lab/registry-build.log")" >&2
  echo "The lab is ready after $((SECONDS - began)) s: DOCKER_HOST=$DOCKER_HOST"
}

install_packages() {
  command -v dockerd >/dev/null && command -v docker >/dev/null && command -v debootstrap >/dev/null && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io debootstrap iptables >"$lab/apt.log"
}

# The tests look for it in $lab/bin. It comes from its Go module, since no registry can be reached to pull it from.
build_registry() {
  [ -x "$lab/bin/registry" ] && return
  GOBIN=$lab/bin go install "$registry_module"
}

make_base() {
  [ -e "$lab/base.tar" ] && return
  debootstrap --variant=minbase --include=ca-certificates,bash,curl bookworm "$lab/base" >"$lab/debootstrap.log"
  tar -C "$lab/base" --numeric-owner -cf "$lab/base.part" .
  mv "$lab/base.part" "$lab/base.tar"
  rm -rf "$lab/base"
}

start_engine() {
  is_up && return
  # One attempt: the tests cut pulls off and want to be told, not to wait for repeated downloads.
  nohup dockerd --max-download-attempts 1 --data-root "$lab/data" --exec-root "$lab/exec" --pidfile "$lab/docker.pid" -H "$DOCKER_HOST" \
    >"$lab/dockerd.log" 2>&1 &
  for _ in $(seq 1 300); do
    is_up && return
    sleep 0.1
  done
  tail -5 "$lab/dockerd.log" >&2
  exit 1
}

is_up() {
  curl -fsS --unix-socket "$lab/docker.sock" http://docker/_ping >/dev/null 2>&1
}

build() {
  docker build -q -t "$2" "$lab/images/$1" >>"$lab/build.log" 2>&1 || { tail -20 "$lab/build.log" >&2; exit 1; }
}

down() {
  [ -e "$lab/docker.pid" ] || return 0
  kill "$(cat "$lab/docker.pid")"
  while [ -e "$lab/docker.pid" ]; do sleep 0.2; done
  # A stopped engine leaves its bridge behind.
  ip link del docker0 2>/dev/null || true
}

"$1"
