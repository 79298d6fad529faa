#!/usr/bin/env bash
# Annual reports at the rate of the last evening: so many submissions a second into PostgreSQL, while the server is
# killed once and started again. Afterwards every acknowledged report must be there, once.
#
#   bench/filing/run.sh
#
# Parameters, as variables: RATE (submissions a second, 300), MINUTES (10), ENTERPRISES (those of one filer each, by
# default as many as the run needs), SEED (1), QINXIN_TEST_BIN (else the release build), RESULTS (bench/results).
# shellcheck disable=SC1091,SC2034
steps=3
. "$(dirname "$0")/../prepare.sh"
export RATE=${RATE:-300} MINUTES=${MINUTES:-10}
# Of a hundred generated enterprises some are deregistered, or have no report of the year before.
filled "${ENTERPRISES:-$((RATE * MINUTES * 60 * 7 / 2))}" "${SEED:-1}"
# Otherwise the server would build the index while it is measured.
on_it index rebuild

step "报送" "Submissions"
mkdir -p "$RESULTS"
node bench/filing/filing.mjs
note "$RESULTS/filing.md"
