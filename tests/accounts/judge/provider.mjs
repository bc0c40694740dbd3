// A certified OpenID provider for the tests: `running_judge.py` starts it.
// Arguments: the port, the issuer, and where the client `badges` returns to.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [port, issuer, returnTo] = process.argv.slice(2);
const people = {
  ann: { email: 'ann@alder.example', email_verified: true, name: 'Ann Lee', groups: ['science'] },
  eve: { email: 'eve@birch.example', email_verified: true, name: 'Eve' },
  new: { email: 'new@alder.example', email_verified: false, name: 'New' },
};
const key = (kind, options, alg) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg,
});
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];

const provider = new Provider(issuer, {
  clients: algorithms.map((alg) => ({
    client_id: `badges-${alg}`,
    client_secret: 'a-secret-that-is-long-enough',
    redirect_uris: [returnTo],
    id_token_signed_response_alg: alg,
  })),
  enabledJWA: { idTokenSigningAlgValues: algorithms },
  jwks: { keys: [
    key('rsa', { modulusLength: 2048 }, 'RS256'),
    key('rsa', { modulusLength: 2048 }, 'PS256'),
    key('ec', { namedCurve: 'P-256' }, 'ES256'),
    key('ed25519', {}, 'EdDSA'),
  ] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  cookies: { keys: ['a key of a test'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
});
provider.proxy = true; // TLS ends before it

// The person in `login_hint` signs in and agrees, without a page.
async function agree(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const accountId = params.login_hint;
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { login: { accountId }, consent });
}

const answer = provider.callback();
createServer((request, response) => {
  request.headers['x-forwarded-proto'] = 'https';
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  return agree(request, response).catch((error) => {
    response.statusCode = 500;
    response.end(String(error));
  });
}).listen(Number(port), '127.0.0.1');
