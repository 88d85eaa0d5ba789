import type { ProblemBody } from "./types";

/** A refusal the service explained (RFC 9457), or `unreachable` when no service answered. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { field: string; message: string; code: string }[];
  readonly retryAfter: number | null;

  constructor(status: number, body: Partial<ProblemBody>, retryAfter: number | null = null) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? (status >= 500 ? "server_error" : "unexpected");
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }

  /** The connection failed: nothing was answered, so nothing is known about the request's fate. */
  static unreachable(): Problem {
    return new Problem(0, { code: "unreachable", detail: "The server cannot be reached." });
  }
}

/** Whether the same may succeed a moment later: nothing answered, or who should is away or busy. */
export function isPassing(reason: unknown): boolean {
  return reason instanceof Problem && [0, 429, 502, 503, 504].includes(reason.status);
}

/** Make a `Problem` of an answer that is not a success, whatever its body is. */
export function problemFrom(response: Response, body: unknown): Problem {
  const wait = Number(response.headers.get("Retry-After"));
  const known = typeof body === "object" && body !== null ? body : {};
  return new Problem(response.status, known, wait > 0 ? wait : null);
}
