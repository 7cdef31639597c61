import type { BindingName } from "../shared/mapping.ts";

/** What an `mtls_certificates` binding is to a Worker: something to fetch through, and nothing else. */
export interface PullBinding {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/**
 * The binding of this name; null where `env` has none, or something that cannot fetch (a text, a namespace).
 *
 * There is no way on without it: the caller answers 503, and never tries another way to the origin. That it carries an
 * mTLS certificate, and is not another kind of Fetcher, only the configuration can prove: `pullproof check` does.
 *
 * Call `fetch` as a method of what is returned: a detached one breaks (getsentry/sentry-javascript #20870).
 */
export function findBinding(env: object, name: BindingName): PullBinding | null {
  if (!Object.hasOwn(env, name)) return null;
  const value: unknown = (env as Readonly<Record<string, unknown>>)[name];
  return isPullBinding(value) ? value : null;
}

function isPullBinding(value: unknown): value is PullBinding {
  return (
    typeof value === "object" &&
    value !== null &&
    "fetch" in value &&
    typeof value.fetch === "function"
  );
}
