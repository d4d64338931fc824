# What the benchmarks of the boot services share; sourced by their scripts with `bench` set to the target's name.
# Makes two network namespaces with links between them, runs `ingot serve` and its peers in the one and the clients in
# the other, and takes everything away again.

. Benchmarks/memory.sh

root=$PWD
ingot=$root/.build/release/ingot
cache=$root/.cache/bench
server_address=10.98.0.1
client_address=10.98.0.2
peer_address=10.99.0.1
export LC_ALL=C

fail() {
    echo "$bench: $*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "network namespaces need root"
[ -x "$ingot" ] || fail "$ingot is missing: run 'make build' first"
mkdir -p "$cache"
work=$(mktemp -d "$cache/$bench.XXXXXX")
name=ingot-$bench-$$
server_device=ib$$s
client_device=ib$$c

# Whatever runs in the two namespaces was started here.
clean_up() {
    local status=$? namespace pid
    trap - EXIT INT TERM
    for namespace in "$name-server" "$name-client"; do
        for pid in $(ip netns pids "$namespace" 2>/dev/null); do kill -KILL "$pid" 2>/dev/null || true; done
    done
    wait 2>/dev/null
    ip netns delete "$name-server" 2>/dev/null || true
    ip netns delete "$name-client" 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# The namespaces.

on_server() { ip netns exec "$name-server" "$@"; }
on_client() { ip netns exec "$name-client" "$@"; }
cli() { on_server env INGOT_TOKEN_FILE="$work/data/admin-token" "$ingot" "$@"; }

make_network() { # PREFIX-LENGTH
    ip netns add "$name-server"
    ip netns add "$name-client"
    on_server ip link set lo up
    on_client ip link set lo up
    add_link "$server_device" "$server_address/$1" "$client_device" "$client_address/$1"
}

# A link for peers that serve while ours runs: its packet sockets look at every packet of its own link.
make_peer_link() { add_link "ip$$s" "$peer_address/24" "ip$$c" "${peer_address%.*}.2/24"; }

add_link() { # SERVER-DEVICE ADDRESS CLIENT-DEVICE ADDRESS
    ip link add "$1" netns "$name-server" type veth peer name "$3" netns "$name-client"
    on_server ip address add "$2" dev "$1"
    on_server ip link set "$1" up
    on_client ip address add "$4" dev "$3"
    on_client ip link set "$3" up
}

start() { # LOG COMMAND...: runs it in the server's namespace; sets started
    local log=$1
    shift
    ip netns exec "$name-server" "$@" >"$log" 2>&1 &
    started=$!
}

stop() { # PID of something that was started
    kill -KILL "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

wait_for_port() { # tcp|udp PORT PID LOG
    for _ in {1..100}; do
        [ -z "$(on_server ss --no-header --listening --numeric "--$1" "sport = :$2")" ] || return 0
        kill -0 "$3" 2>/dev/null || break
        sleep 0.1
    done
    fail "nothing serves $1 port $2: $(tail -5 "$4")"
}

# The servers.

# Boot files and a stage, which a benchmark may replace with files of its own before the server starts.
prepare_ingot() {
    tftp-root/fill "$work/tftp-root" >/dev/null
    mkdir -p "$work/stage"
    touch "$work/stage/vmlinuz" "$work/stage/initramfs"
}

# `ingot serve` with no state of an earlier run; sets ingot_pid. PREFIX... is put before the command.
start_ingot() { # SUBNET POOL PROBE-MILLISECONDS [PREFIX...]
    rm -rf "$work/data"
    cat >"$work/ingot.yaml" <<YAML
data: $work/data
bootFiles: $work/tftp-root
scripts: $root/ipxe
stage: $work/stage
interfaces: [$server_device]
tftpPort: 6900
log: warning
dhcp:
  probeMilliseconds: $3
  subnets:
    - subnet: $1
      pools: [$2]
YAML
    start "$work/ingot.log" "${@:4}" "$ingot" serve --config "$work/ingot.yaml"
    ingot_pid=$started
    wait_for_port tcp 8090 "$ingot_pid" "$work/ingot.log"
    wait_for_port tcp 8080 "$ingot_pid" "$work/ingot.log"
    wait_for_port udp 6900 "$ingot_pid" "$work/ingot.log"
    wait_for_port udp 67 "$ingot_pid" "$work/ingot.log"
}

# Unpacks a Debian package beside this checkout's other caches and prints where: installed, its server would start and
# stay, and some of these packages exclude one another.
unpack() { # PACKAGE[=VERSION]
    local target=$cache/peers/${1/=/-}
    if [ ! -e "$target" ]; then
        mkdir -p "$work/download"
        rm -f "$work/download/"*
        (cd "$work/download" && apt-get download --quiet --quiet -o APT::Sandbox::User=root "$1" >&2) ||
            fail "Debian's package $1 cannot be downloaded: run 'apt-get update'"
        rm -rf "$target.partial"
        mkdir -p "$target.partial"
        dpkg-deb --extract "$work/download/"*.deb "$target.partial"
        mv "$target.partial" "$target"
    fi
    echo "$target"
}

# Figures.

calculate() { awk "BEGIN { printf \"%.2f\", $1 }"; }

# The median of a file's numbers, one a line.
median() { # FILE
    [ -s "$1" ] || fail "there is no figure for $(basename "$1")"
    sort --general-numeric-sort "$1" | awk '
        { value[NR] = $1 }
        END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# Smallest and largest of a file's numbers.
spread() { sort --general-numeric-sort "$1" | awk 'NR == 1 { first = $1 } END { print first "-" $1 }'; }

met=0
ratio() { # WHAT RATIO GOAL
    echo "RATIO $1 $2 GOAL $3"
    awk -v ratio="$2" -v goal="$3" 'BEGIN { exit !(ratio >= goal) }' || met=1
}

print_machine() {
    echo "kernel $(uname -r); $(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) processors," \
        "load $(cut --delimiter=' ' --fields=1-3 /proc/loadavg)"
    echo "ingot $("$ingot" --version), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"
}
