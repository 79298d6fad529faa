// A browser as far as sign-in goes: it keeps cookies by host and follows redirects only when told to.

/** 浏览器 Cookies of one person's browser. */
export class Browser {
  #jars = new Map();

  /** The cookies of a host, by name. */
  jar(url) {
    const { host } = new URL(url);
    if (!this.#jars.has(host)) this.#jars.set(host, new Map());
    return this.#jars.get(host);
  }

  /** One request; a redirect is an answer like any other. */
  async request(url, { headers = {}, ...options } = {}) {
    const jar = this.jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', ...options, headers: { ...(cookie && { cookie }), ...headers } });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    const text = await response.text();
    const location = response.headers.get('location');
    return { status: response.status, headers: response.headers, text, url, location: location && new URL(location, url).href };
  }

  get(url, headers) {
    return this.request(url, { headers });
  }

  post(url, form) {
    return this.request(url, { method: 'POST', body: new URLSearchParams(form) });
  }

  /** Follows redirects as long as they stay before `end`; gives the last answer. */
  async follow(url, end = () => false) {
    let answer = await this.get(url);
    for (let hops = 0; answer.location && !end(answer.location) && hops < 15; hops += 1) answer = await this.get(answer.location);
    return answer;
  }

  /** `data` of a question to the graph at `base`, asked with this browser's cookies; errors are thrown. */
  async ask(base, query, variables = {}) {
    const { text } = await this.request(`${base}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = JSON.parse(text);
    if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
    return data;
  }

  /** Who the graph says this browser is. */
  async viewer(base) {
    const { viewer } = await this.ask(base, '{ viewer { kind name roles { role } acts } }');
    return { ...viewer, roles: viewer.roles.map(({ role }) => role) };
  }
}

function keep(jar, line) {
  const [pair, ...attributes] = line.split(';').map((part) => part.trim());
  const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
  const isOver = attributes.some((attribute) => /^max-age=0$/i.test(attribute) || /^expires=.*\b1970\b/i.test(attribute));
  if (isOver) jar.delete(name);
  else jar.set(name, value);
}
