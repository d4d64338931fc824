# On virtual machines that hand free memory back to their host a fresh page costs microseconds; sourced by the benchmarks
# whose servers would be measured by that, with `work` set to a directory of theirs.

filler_at=0

# Fills free memory, but for a GiB, with clean cache: what is taken next comes from there.
fill_memory() {
    local size free
    size=$(awk '/^MemTotal:/ { print int($2 / 1024) * 2 }' /proc/meminfo)
    free=$(awk '/^MemFree:/ { print int($2 / 1024) - 1024 }' /proc/meminfo)
    [ "$free" -gt 0 ] || return 0
    [ -e "$work/filler" ] || truncate --size="${size}M" "$work/filler"
    dd if="$work/filler" of=/dev/null bs=1M skip="$filler_at" count="$free" status=none
    filler_at=$(((filler_at + free) % size))
}
