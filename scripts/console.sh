#!/usr/bin/env bash
# Builds the web console into console/dist, from where the server embeds it; does nothing when no
# source of it has changed since. Where it cannot be built it says so and leaves a server without
# the console, unless called with --required.
. "$(dirname "$0")/lib.sh"

# without_console REASON
without_console() {
    if [ "$required" = yes ]; then fail "$1"; fi
    note "$1"
    note "网页控制台这次不构建，GraphQL 接口不受影响。The console is left out; the graph works without it."
    exit 0
}

# Everything that the bundle is made from; types are generated out of the schema.
fingerprint() {
    find console schema/examples schema/schema.graphql -path console/node_modules -prune -o -path console/dist -prune \
        -o -path console/test -prune -o -name generated -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
}

build() {
    note "npm ci"
    npm_packages console || return
    note "npm run build"
    (cd console && npm run --silent build -- --logLevel warn)
}

required=no stamp=$target/console.stamp
if [ "${1:-}" = --required ]; then required=yes; fi
mkdir -p console/dist "$target"

problem=$(node_problem)
if [ -n "$problem" ]; then without_console "$problem"; fi
if [ -e console/dist/index.html ] && [ "$(fingerprint)" = "$(cat "$stamp" 2>/dev/null)" ]; then
    note "没有变化，跳过。 Unchanged, skipped."
    exit 0
fi
build || without_console "控制台构建失败，原因见上。The console could not be built, see above."
fingerprint >"$stamp"
