#!/usr/bin/env bash
# run_tests.sh : run test programs and Icarus benches, count what passed
# SPDX-License-Identifier: Apache-2.0
#
# usage: tools/run_tests.sh build/tests/test_NAME ... build/tests/tb_NAME.vvp ...
#
# A cmocka program counts as many tests as it has; a bench counts as one and passes when it says
# PASS on a line of its own and nothing says FAIL. A program that is not there (it did not
# build), that crashes, runs out of time or runs no test counts as one failed test.
# The last line is always "N passed, N failed" (", N skipped" if any).
#
# Environment: IZH_SEED   handed to the programs; "random" draws one here
#              TEST_JOBS  programs run at a time (all cores); TEST_TIMEOUT seconds for each (1500)
set -u

if [ "${1-}" = --one ]; then # one program: log to $2.log, "passed failed skipped" to $2.result
    program=$2
    log=$program.log
    start=${EPOCHREALTIME/./}
    export CMOCKA_MESSAGE_OUTPUT=TAP
    status=0
    if [ ! -e "$program" ]; then
        echo "did not build" >"$log"
        status=127
    elif [ "${program##*.}" = vvp ]; then
        timeout "${TEST_TIMEOUT:-1500}" "${VVP:-vvp}" -N "$program" >"$log" 2>&1 </dev/null || status=$?
    else
        timeout "${TEST_TIMEOUT:-1500}" "$program" >"$log" 2>&1 </dev/null || status=$?
    fi
    if [ "${program##*.}" = vvp ]; then
        passed=0
        if [ $status = 0 ] && grep -qx PASS "$log" && ! grep -q FAIL "$log"; then passed=1; fi
        failed=$((1 - passed))
        skipped=0
    else
        skipped=$(grep -cE '^not ok [0-9]+ # SKIP' "$log")
        passed=$(grep -cE '^ok [0-9]+ - ' "$log")
        failed=$(grep -cE '^not ok [0-9]+ - ' "$log")
        planned=$(sed -n 's/^1\.\.\([0-9][0-9]*\)$/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
        if [ "$failed" = 0 ] && { [ $status != 0 ] || [ "$planned" = 0 ] ||
            [ $((passed + skipped)) -lt "$planned" ]; }; then
            failed=1
            echo "ended with status $status after $((passed + skipped)) of $planned tests" >>"$log"
        fi
    fi
    if [ $status = 124 ]; then echo "stopped after ${TEST_TIMEOUT:-1500} s" >>"$log"; fi
    if [ $status -gt 128 ]; then echo "killed by signal $((status - 128))" >>"$log"; fi
    echo "$passed $failed $skipped" >"$program.result"
    name=$(basename "$program" .vvp)
    word=ok
    if [ "$failed" != 0 ]; then word=FAILED; fi
    ms=$(((${EPOCHREALTIME/./} - start) / 1000))
    printf '%-6s %-24s %4d passed %4d.%d s\n' $word "$name" "$passed" $((ms / 1000)) $((ms % 1000 / 100))
    exit 0
fi

if [ "${IZH_SEED-}" = random ]; then
    IZH_SEED=$(((RANDOM << 15) ^ RANDOM))
fi
if [ -n "${IZH_SEED-}" ]; then
    export IZH_SEED
    echo "seed $IZH_SEED"
else
    unset IZH_SEED
fi

if [ $# -gt 0 ]; then
    for program in "$@"; do rm -f "$program.result" "$program.log"; done
    mkdir -p "$(dirname "$1")"
    printf '%s\0' "$@" | xargs -0 -n 1 -P "${TEST_JOBS:-$(nproc)}" "$0" --one
fi

passed=0 failed=0 skipped=0
for program in "$@"; do
    read -r p f s <"$program.result" || { p=0 f=1 s=0; }
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    if [ "$f" != 0 ]; then
        name=$(basename "$program" .vvp)
        printf '\n--- %s: its output, last 60 lines of %s\n' "$name" "$program.log"
        tail -n 60 "$program.log"
        printf -- '--- repeat: make test TEST=%s%s\n' "${name#t*_}" "${IZH_SEED:+ SEED=$IZH_SEED}"
    fi
done
echo
summary="$passed passed, $failed failed"
if [ $skipped != 0 ]; then summary="$summary, $skipped skipped"; fi
echo "$summary"
[ $failed = 0 ] && [ $((passed + skipped)) != 0 ]
