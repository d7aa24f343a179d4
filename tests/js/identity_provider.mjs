// A real OpenID provider (node-oidc-provider) on loopback, for the tests: it signs in, without a question,
// whoever GET /as/NAME named last, and grants what is asked.

import Provider from "oidc-provider";
import { createServer } from "node:http";
import process from "node:process";

const [port, back] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
let subject = "nobody";

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "drafting",
      client_secret: "a secret between the two of us",
      redirect_uris: [back],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  cookies: { keys: ["of the tests"] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  claims: { profile: ["name"] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id} of the Ministry` }) }),
  async loadExistingGrant(context) {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();

createServer(async (request, response) => {
  const path = request.url ?? "";
  if (path.startsWith("/as/")) {
    subject = path.slice(4);
    response.end();
  } else if (path.startsWith("/interaction/")) {
    const result = { login: { accountId: subject, remember: false }, consent: {} };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  } else {
    answer(request, response);
  }
}).listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
