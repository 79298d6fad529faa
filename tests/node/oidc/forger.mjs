// Providers that can be told to lie: one server, an issuer for each name. An honest one by default, so that each
// check changes one thing and nothing else.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const CLIENT = { id: 'qinxin', secret: 'a-secret-of-the-tests-that-is-long-enough' };

/** The server, and the issuers by name. */
export async function startForger(names) {
  const server = createServer((request, response) => {
    const [, name, ...path] = new URL(request.url, 'http://localhost').pathname.split('/');
    const issuer = issuers[name];
    if (!issuer || issuer.isDown) return request.socket.destroy();
    return issuer.answer(path.join('/'), request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  const issuers = {};
  for (const [name, options] of Object.entries(names)) issuers[name] = await new Issuer(`${base}/${name}`, options).withKey('k1');
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { issuers, stop };
}

/** 签发方 One provider. */
class Issuer {
  keys = [];
  hits = {};
  isDown = false;
  #codes = new Map();

  constructor(url, { namesIssuer = true } = {}) {
    this.url = url;
    this.client = CLIENT;
    this.namesIssuer = namesIssuer;
    this.honest();
  }

  /** Signs in as `subject` and lies about nothing. */
  honest(subject = 'nobody', claims = {}) {
    this.subject = subject;
    this.claims = claims;
    this.forge = undefined;
    this.answerWith = undefined;
    return this;
  }

  /** Signs with a new key from now on; the old ones are published no more. */
  async withKey(kid) {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    this.privateKey = privateKey;
    this.keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }];
    this.kid = kid;
    return this;
  }

  sign(claims, header = {}, key = this.privateKey) {
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: this.kid, typ: 'JWT', ...header }).sign(key);
  }

  /** A logout token, changed by `change`; what is undefined is left out. */
  logoutToken(change = {}, header = {}, key = this.privateKey) {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.url,
      aud: CLIENT.id,
      iat: now,
      exp: now + 120,
      jti: randomBytes(16).toString('hex'),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...change,
    };
    return this.sign(claims, { typ: 'logout+jwt', ...header }, key);
  }

  async answer(path, request, response) {
    this.hits[path] = (this.hits[path] ?? 0) + 1;
    const json = (body, status = 200) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (path) {
      case '.well-known/openid-configuration':
        return json(this.#metadata());
      case 'jwks':
        return json({ keys: this.keys });
      case 'auth':
        return response.writeHead(303, { location: this.#authorized(new URL(request.url, this.url).searchParams) }).end();
      case 'token': {
        const [status, body] = await this.#token(request, new URLSearchParams(await text(request)));
        return json(body, status);
      }
      default:
        return response.writeHead(404).end();
    }
  }

  #metadata() {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/auth`,
      token_endpoint: `${this.url}/token`,
      jwks_uri: `${this.url}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      authorization_response_iss_parameter_supported: this.namesIssuer,
    };
  }

  /** Everybody who comes is signed in at once. */
  #authorized(asked) {
    const code = randomBytes(16).toString('hex');
    this.asked = Object.fromEntries(asked);
    this.#codes.set(code, this.asked);
    const answer = new URL(asked.get('redirect_uri'));
    const parameters = this.answerWith?.({ code, state: asked.get('state') }) ?? {
      code,
      state: asked.get('state'),
      ...(this.namesIssuer && { iss: this.url }),
    };
    for (const [name, value] of Object.entries(parameters)) answer.searchParams.set(name, value);
    return answer.href;
  }

  async #token(request, form) {
    const asked = this.#codes.get(form.get('code'));
    this.#codes.delete(form.get('code'));
    const credentials = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
    if (request.headers.authorization !== credentials) return [401, { error: 'invalid_client' }];
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    const isRight = asked && asked.code_challenge_method === 'S256' && asked.code_challenge === challenge;
    if (!isRight || asked.redirect_uri !== form.get('redirect_uri')) return [400, { error: 'invalid_grant' }];
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: this.url, aud: CLIENT.id, sub: this.subject, iat: now, exp: now + 300, nonce: asked.nonce, ...this.claims };
    const token = await (this.forge ? this.forge(claims) : this.sign(claims));
    return [200, { access_token: 'unused', token_type: 'Bearer', expires_in: 300, id_token: token }];
  }
}
