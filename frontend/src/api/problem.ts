import type { ProblemBody } from "./types";

/** An error response (RFC 9457 problem details), or `unreachable` when there was no response. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { field: string; message: string; code: string }[];
  readonly retryAfter: number | null;

  constructor(status: number, body: Partial<ProblemBody>, retryAfter: number | null = null) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? (status >= 500 ? "internal_error" : "unexpected");
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }

  /** No response: the request may or may not have been executed. */
  static unreachable(): Problem {
    return new Problem(0, { code: "unreachable", detail: "The server cannot be reached." });
  }
}

/** Whether a retry may succeed: the server was unreachable, unavailable or busy. */
export function isTransient(reason: unknown): boolean {
  return reason instanceof Problem && [0, 429, 502, 503, 504].includes(reason.status);
}

/** Works for any body, also one that is not problem details. */
export function problemFrom(response: Response, body: unknown): Problem {
  const wait = Number(response.headers.get("Retry-After"));
  const known = typeof body === "object" && body !== null ? body : {};
  return new Problem(response.status, known, wait > 0 ? wait : null);
}

/** Whether nothing with the requested id exists; 422 means that it is not even a valid id. */
export function isMissing(reason: unknown): boolean {
  return reason instanceof Problem && [404, 422].includes(reason.status);
}
