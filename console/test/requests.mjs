// 请求检验 What a page asks of the server while it is used: nothing of other hosts, nothing twice at once, and no question
// once for every row of a list.

/** Requests that come so soon after one another were not waited for. */
const AT_ONCE_MS = 250;
/** The same question about so many things at once is one a row. */
const A_ROW_EACH = 4;
const OPERATION = /\b(query|mutation|subscription)\s+(\w+)/;

/** Watches a page; `troubles` and `counted` tell of what came since they were last asked. */
export function watchRequests(page, server) {
  const { origin } = new URL(server);
  let asked = [];
  let files = 0;
  let strays = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (['data:', 'blob:'].includes(url.protocol)) return;
    if (url.origin !== origin) strays.push(`request to another host: ${url.href}`);
    else if (url.pathname === '/graphql') asked.push({ at: Date.now(), ...questionOf(request) });
    else files += 1;
    if (request.resourceType() === 'document') asked.push({ at: Date.now(), kind: 'page', name: '', body: '' });
  });
  return {
    troubles: () => {
      const found = [...strays, ...repeated(asked)];
      strays = [];
      return found;
    },
    counted: () => {
      const told = `${asked.filter(({ kind }) => kind !== 'page').length} asked, ${files} files`;
      [asked, files] = [[], 0];
      return told;
    },
  };
}

function questionOf(request) {
  const body = request.postData() ?? '';
  const [, kind = 'upload', name = ''] = OPERATION.exec(body) ?? [];
  return { kind, name, body };
}

/** What was asked twice, or once a row; after a change, and on another page, it is asked anew. */
export function repeated(asked) {
  return asked.flatMap(({ at, kind, name, body }, place) => {
    if (kind !== 'query') return [];
    const after = asked.slice(place + 1);
    const until = after.findIndex((one) => one.kind !== 'query');
    const atOnce = after.slice(0, until < 0 ? after.length : until).filter((one) => one.name === name && one.at - at <= AT_ONCE_MS);
    if (atOnce.some((one) => one.body === body)) return [`asked twice at once: ${name}`];
    return atOnce.length + 1 === A_ROW_EACH ? [`asked once a row: ${name}`] : [];
  });
}
