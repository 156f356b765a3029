import { createClient, PipelineError } from "@pipeline/client";
import { session } from "../session/session";

/** The API, as the person who is signed in. */
export const client = createClient({
  baseUrl: location.origin,
  token: () => session.token(),
  // Each request notices a token that the server refuses.
  fetch: async (input, init) => {
    const response = await fetch(input, init);
    const bearer = new Headers(init?.headers).get("Authorization")?.slice("Bearer ".length);
    if (response.status === 401 && bearer) session.refused(bearer);
    return response;
  },
});

export { PipelineError };
