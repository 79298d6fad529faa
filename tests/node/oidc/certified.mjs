// A certified provider (npm oidc-provider) on loopback, and a person who signs in and out there.

import { once } from 'node:events';

import { exportJWK, generateKeyPair } from 'jose';

import './quiet.mjs';
import Provider from 'oidc-provider';

/** Starts it for one client that comes back to `server`; `stop` ends it. */
export async function startCertified(port, server, id) {
  const keys = await Promise.all(['ES256', 'RS256'].map(privateKey));
  const issuer = `http://127.0.0.1:${port}`;
  const client = { client_id: 'qinxin', client_secret: 'another-secret-of-the-tests-that-is-long' };
  const provider = new Provider(issuer, {
    clients: [
      {
        ...client,
        redirect_uris: [`${server}/oidc/${id}/callback`],
        backchannel_logout_uri: `${server}/oidc/${id}/backchannel-logout`,
        backchannel_logout_session_required: true,
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys },
    cookies: { keys: ['a-key-of-the-tests'] },
    features: { backchannelLogout: { enabled: true } },
    // The library's own way refuses addresses of this machine.
    fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
  });
  const http = provider.listen(port, '127.0.0.1');
  await once(http, 'listening');
  const stop = () => {
    http.closeAllConnections();
    http.close();
  };
  return { issuer, client, stop };
}

async function privateKey(alg) {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(pair.privateKey)), kid: `${alg}-1`, alg, use: 'sig' };
}

/** A person signs in on the provider's pages; gives the address to which the provider sends the browser back. */
export async function passPages(browser, begin, login, server) {
  const isBack = (location) => location.startsWith(server);
  let answer = await browser.follow(begin, isBack);
  for (const form of [{ prompt: 'login', login, password: 'any' }, { prompt: 'consent' }]) {
    if (answer.location && isBack(answer.location)) break;
    const action = /action="([^"]+)"/.exec(answer.text)?.[1];
    if (!action) throw new Error(`no form at ${answer.url}: ${answer.status} ${answer.text.slice(0, 200)}`);
    const sent = await browser.post(new URL(action, answer.url).href, form);
    answer = await browser.follow(sent.location, isBack);
  }
  if (!answer.location) throw new Error(`the provider does not send back from ${answer.url}: ${answer.text.slice(0, 200)}`);
  return answer.location;
}

/** The person signs out there, which the provider tells its clients. */
export async function signOutThere(browser, issuer) {
  const page = await browser.get(`${issuer}/session/end`);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)[1];
  const done = await browser.post(`${issuer}/session/end/confirm`, { xsrf, logout: 'yes' });
  if (done.status >= 400) throw new Error(`${done.status} ${done.text.slice(0, 200)}`);
}
