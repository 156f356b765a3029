// An issuer with one public client that runs on this machine. It takes any name and password. Who signs in as "operator" has that role.
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const [port, client, audience] = process.argv.slice(2);
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: client,
      // A native client's loopback address may have any port.
      application_type: "native",
      redirect_uris: ["http://localhost/signed-in"],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: "none",
    },
  ],
  clientBasedCORS: () => true,
  extraParams: ["audience"],
  extraTokenClaims: (_, token) => (token.accountId === "operator" ? { role: "operator" } : {}),
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // An access token is a JWT only for an API that the client names, as at the large issuers.
      defaultResource: (context) => (context.oidc.params.audience === audience ? "urn:pipeline" : []),
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: "", audience, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } }),
    },
  },
  jwks: { keys: [{ ...key, use: "sig", alg: "RS256" }] },
  pkce: { required: () => true },
});
// The development pages load a font from elsewhere, and tests ask no server but ours.
provider.use(async (context, next) => {
  await next();
  if (typeof context.body === "string") context.body = context.body.replace(/@import url\([^)]*\);?/g, "");
});
provider.listen(Number(port), "127.0.0.1", () => console.log("issuer ready"));
