import createClient from "openapi-fetch";
import { Problem, problemFrom } from "./problem";
import type { paths } from "./schema.gen";
import { REQUEST_TIMEOUT_MS, type SessionManager, session } from "./session";

/**
 * A `fetch` that sends the access token and, on 401, renews it and repeats the request once.
 * A 401 of sign-in, registration or refresh is their own answer and is returned as it is.
 */
export function fetchWithSession(manager: SessionManager): (request: Request) => Promise<Response> {
  return async (request) => {
    const repeat = request.clone();
    const first = await send(request, manager.token);
    const ownAnswer = /\/auth\/(login|register|refresh)$/.test(new URL(request.url).pathname);
    if (first.status !== 401 || ownAnswer || manager.state.status !== "signed-in") return first;
    const token = await manager.renew();
    return token === null ? first : send(repeat, token);
  };
}

async function send(request: Request, token: string | null): Promise<Response> {
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  try {
    const response = await fetch(request, { signal });
    // Read the whole body here, so that a connection lost halfway fails as unreachable.
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

/** Unwrap an openapi-fetch result: return the data or throw a `Problem`. */
export async function ok<Data>(
  answer: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemFrom(response, error);
  return data as Data;
}
