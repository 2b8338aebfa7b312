#!/usr/bin/env bash
# Fuzzes: `fuzz/run.sh [-t SECONDS] [-c] [-r] [TARGET...]`, all targets when none is named, 60 seconds each.
#
#   -c  goes round the targets until it is stopped, SECONDS each time
#   -r  appends a row for each run to $FUZZ_RECORD (default fuzz/record.md), with the figures of libFuzzer's own statistics
#
# `fuzz/run.sh -s` prints the executions of all logs in $FUZZ_LOGS (default fuzz/target/logs), by target and in total.
# Targets are built once, without a sanitizer (the library has no unsafe code), with debug assertions and overflow checks.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly ALL=(message html text css url extract wait event)
readonly LOGS=${FUZZ_LOGS:-fuzz/target/logs}
readonly RECORD=${FUZZ_RECORD:-fuzz/record.md}
# Release: the profile of fuzz/Cargo.toml says where there are assertions, not a flag for all dependencies alike.
readonly BUILD=(--release --sanitizer none --codegen-units 16)
# What takes longer than this is a time that grows too fast.
readonly MAX_SECONDS_EACH=10
readonly MAX_MEGABYTES=1024

seconds=60 cycle=false record=false commit=""

main() {
    local option
    while getopts t:crs option; do
        case $option in
            t) seconds=$OPTARG ;;
            c) cycle=true ;;
            r) record=true ;;
            s) totals; return ;;
            *) return 2 ;;
        esac
    done
    shift $((OPTIND - 1))
    local targets=("$@") target
    [[ $# -gt 0 ]] || targets=("${ALL[@]}")
    mkdir -p "$LOGS"
    for target in "${targets[@]}"; do
        seeds "$target"
        dictionary "$target" >"$LOGS/$target.dict"
    done
    build "${targets[@]}"
    local failed=0
    while :; do
        for target in "${targets[@]}"; do
            run "$target" || failed=1
        done
        $cycle || return "$failed"
    done
}

# One call builds all; copies are run, so that a long run goes on as it was built while the sources change.
build() {
    local target
    commit=$(git rev-parse --short HEAD)$(git diff --quiet HEAD -- src tests fuzz/fuzz_targets || echo '+')
    cargo +nightly fuzz build "${BUILD[@]}"
    for target in "$@"; do
        cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$LOGS/$target.bin"
    done
}

# Style and link values are short; longer inputs cost speed and reach nothing new.
max_bytes() {
    case $1 in
        css | url) echo 2048 ;;
        *) echo 4096 ;;
    esac
}

dictionary() {
    case $1 in
        message) cat fuzz/dict/mime.dict ;;
        html) cat fuzz/dict/html.dict ;;
        text) cat fuzz/dict/words.dict ;;
        css) cat fuzz/dict/css.dict ;;
        url) cat fuzz/dict/url.dict ;;
        wait | event) cat fuzz/dict/json.dict ;;
        extract) cat fuzz/dict/mime.dict fuzz/dict/html.dict fuzz/dict/words.dict ;;
    esac
}

# Every tenth small mail of the corpus, or the style attributes and the links of all of them, encoded as they are; or samples of JSON.
seeds() {
    local folder=fuzz/corpus/$1
    mkdir -p "$folder"
    case $1 in
        css) values 'style="[^"]*' 's/^style="//' "$folder" ;;
        url) values 'https\?://[^"<> ]*' '' "$folder" ;;
        wait | event) samples "$folder" ;;
        *) find corpus -name '*.eml' -size -8k | sort | awk 'NR % 10 == 1' | xargs -d '\n' cp -t "$folder" ;;
    esac
    [[ -n "$(ls "$folder")" ]] || { echo "corpus/ holds nothing to seed $1 with" >&2; return 1; }
}

# samples FOLDER: the JSON of the tests of both protocols, each a file of its own.
samples() {
    grep -ohE '\{"(id|inboxId|type)".*\}' src/wait/*.rs src/event/*.rs docs/protocols.md | sort -u | awk -v folder="$1" '{ file = folder "/seed-" NR; printf "%s", $0 >file; close(file) }'
}

# values PATTERN SED FOLDER: every value of the corpus once, one of twenty, each a file of its own.
values() {
    grep -rohI --include='*.eml' "$1" corpus | sed "$2" | sort -u | awk -v folder="$3" 'NR % 20 == 1 { file = folder "/seed-" NR; printf "%s", $0 >file; close(file) }'
}

run() {
    local target=$1 log status=0 begun=$SECONDS took
    log="$LOGS/$target-$(date -u +%Y%m%dT%H%M%S).log"
    mkdir -p "fuzz/artifacts/$target"
    "$LOGS/$target.bin" "fuzz/corpus/$target" -artifact_prefix="fuzz/artifacts/$target/" \
        -max_total_time="$seconds" -max_len="$(max_bytes "$target")" -dict="$LOGS/$target.dict" \
        -timeout="$MAX_SECONDS_EACH" -rss_limit_mb="$MAX_MEGABYTES" -print_final_stats=1 >"$log" 2>&1 || status=$?
    took=$((SECONDS - begun))
    local executions rate megabytes
    executions=$(statistic number_of_executed_units "$log")
    rate=$(statistic average_exec_per_sec "$log")
    megabytes=$(statistic peak_rss_mb "$log")
    echo "$target: ${executions:-no} executions, ${rate:-?} a second, peak ${megabytes:-?} MB$([[ $status == 0 ]] || echo ", FAILED: $log")"
    if $record; then
        [[ -f $RECORD ]] || printf '# Fuzzing\n\nWritten by `fuzz/run.sh -r`; a commit with `+` had changes on top.\n\n| date | built from | target | seconds | executions | a second | peak MB | end |\n| --- | --- | --- | ---: | ---: | ---: | ---: | --- |\n' >"$RECORD"
        echo "| $(date -u +%F) | $commit | $target | $took | ${executions:-0} | ${rate:-0} | ${megabytes:-0} | $([[ $status == 0 ]] && echo clean || echo crash) |" >>"$RECORD"
    fi
    # The other targets still run: the input is kept in fuzz/artifacts, and the log says what it broke.
    [[ $status != 0 ]] || return 0
    tail -n 30 "$log" >&2
    return 1
}

statistic() {
    sed -n "s/^stat::$1: *//p" "$2"
}

totals() {
    local target
    for target in "${ALL[@]}"; do
        cat "$LOGS/$target"-*.log 2>/dev/null | awk -v target="$target" '/^stat::number_of_executed_units:/ { runs++; n += $2 } END { printf "%-8s %12d executions in %d runs\n", target, n, runs }'
    done
    cat "$LOGS"/*.log 2>/dev/null | awk '/^stat::number_of_executed_units:/ { n += $2 } END { printf "%-8s %12d executions\n", "total", n }'
    grep -lE 'SUMMARY: libFuzzer' "$LOGS"/*.log 2>/dev/null | sed 's/^/crash: /' || true
}

main "$@"
