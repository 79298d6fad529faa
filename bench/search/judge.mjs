// 评判 MRR@10 and recall@10 of the hits of one system.

export const DEPTH = 10;

/** Adds to each query what is relevant, by full scan. */
export function prepare(queries, relevance) {
  return queries.map((query) => {
    const test = relevance.test(query);
    const fair = relevance.alsoFair(query);
    const judged = { ...query, test, ...relevance.scan(query, test) };
    return fair ? { ...judged, fair: { test: fair, relevant: relevance.scan(query, fair).relevant } } : judged;
  });
}

/** 1 / rank of the first relevant hit, and the share of what ten hits could hold. */
function score(hits, test, relevant) {
  const right = hits.map((at) => at >= 0 && test(at));
  const first = right.indexOf(true);
  const found = new Set(hits.filter((_, rank) => right[rank])).size;
  return { reciprocal: first < 0 ? 0 : 1 / (first + 1), recall: found / Math.min(DEPTH, relevant) };
}

/** @param ids what the system answered, best first */
export function judge(query, ids, relevance) {
  const hits = ids.slice(0, DEPTH).map((id) => relevance.at(query.family, id));
  const { reciprocal, recall } = score(hits, query.test, query.relevant);
  return { query, ids, reciprocal, recall, fair: query.fair && score(hits, query.fair.test, query.fair.relevant) };
}

const mean = (list, of) => list.reduce((sum, item) => sum + of(item), 0) / list.length;

const scores = (judged) => ({
  queries: judged.length,
  mrr: mean(judged, ({ reciprocal }) => reciprocal),
  recall: mean(judged, ({ recall }) => recall),
});

/** Means over all queries and by kind; `fair` for typos, where every name one edit away counts. */
export function summary(judged) {
  const kinds = grouped(judged);
  const byKind = Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, of]) => ({ kind, ...scores(of) }));
  const typos = judged.filter(({ fair }) => fair);
  const fair = { mrr: mean(typos, ({ fair }) => fair.reciprocal), recall: mean(typos, ({ fair }) => fair.recall) };
  return { all: scores(judged), byKind, fair };
}

function grouped(judged) {
  const kinds = {};
  for (const one of judged) (kinds[one.query.kind] ??= []).push(one);
  return kinds;
}
