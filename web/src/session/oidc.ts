import { UserManager, WebStorageStateStore } from "oidc-client-ts";
import { settings } from "../settings";

/** The code flow with PKCE at the issuer of the tokens. Loaded only where it is used. */
function manager(): UserManager {
  return new UserManager({
    authority: settings.authority!,
    client_id: settings.clientId!,
    redirect_uri: `${location.origin}/signed-in`,
    scope: settings.scope,
    response_type: "code",
    // Some issuers give a token for an API only to who names it; the others ignore this.
    extraQueryParams: { audience: settings.audience ?? "" },
    automaticSilentRenew: false,
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    userStore: new WebStorageStateStore({ store: sessionStorage }),
  });
}

/** Leaves the page for the issuer's. */
export async function leave(): Promise<void> {
  await manager().signinRedirect({ state: location.pathname });
}

/** Takes the answer of the issuer. Returns the access token, and the page to go back to. */
export async function arrive(): Promise<{ token: string; page: string }> {
  const users = manager();
  const user = await users.signinRedirectCallback();
  // The session keeps the token; a second copy would outlive a sign-out.
  await users.removeUser();
  return { token: user.access_token, page: typeof user.state === "string" ? user.state : "/" };
}
