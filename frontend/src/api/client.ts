import createClient from "openapi-fetch";
import { Problem, problemFrom } from "./problem";
import type { paths } from "./schema.gen";
import { PATIENCE_MS, type SessionKeeper, session } from "./session";

/**
 * A `fetch` that carries the access token, renews it once on 401 and repeats the request.
 * Sign-in and refresh answer 401 about themselves, so they pass through untouched.
 */
export function fetchWithSession(keeper: SessionKeeper): (request: Request) => Promise<Response> {
  return async (request) => {
    const spare = request.clone();
    const first = await send(request, keeper.token);
    const aboutItself = /\/auth\/(login|register|refresh)$/.test(new URL(request.url).pathname);
    if (first.status !== 401 || aboutItself || keeper.state.status !== "signed-in") return first;
    const token = await keeper.renew();
    return token === null ? first : send(spare, token);
  };
}

async function send(request: Request, token: string | null): Promise<Response> {
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const response = await fetch(request, { signal });
    // An answer that is cut off in its middle is none.
    await response.clone().arrayBuffer();
    return response;
  } catch (reason) {
    if (request.signal.aborted) throw reason;
    throw Problem.unreachable();
  }
}

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: fetchWithSession(session),
});

/** Unwrap an openapi-fetch answer: the data, or a thrown `Problem`. */
export async function ok<Data>(
  answer: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemFrom(response, error);
  return data as Data;
}
