#!/usr/bin/env bash
# What filers and the bureau wait for, on a million enterprises in PostgreSQL: a prefilled draft, the check of a report,
# an answer of the assistant, an analysis, the reports of 200 branches. One after the other, at the client.
#
#   bench/reports/run.sh
#
# Parameters, as variables: ENTERPRISES (1000000), SEED (1), QINXIN_TEST_BIN (else the release build), RESULTS
# (bench/results).
# shellcheck disable=SC1091,SC2034
steps=3
. "$(dirname "$0")/../prepare.sh"
export ENTERPRISES=${ENTERPRISES:-1000000}
filled "$ENTERPRISES" "${SEED:-1}"
on_it index rebuild
on_it reports rebuild

step "测量" "Measuring"
mkdir -p "$RESULTS"
node bench/reports/reports.mjs
note "$RESULTS/reports.md"
