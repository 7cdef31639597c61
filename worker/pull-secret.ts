import { isPullSecret } from "../shared/wire.ts";

/**
 * The secret of this name among the Worker's own; null where `env` has none, or a text that no verifier takes.
 *
 * There is no pull without it, as there is none without the binding: it would be refused, and count there as somebody's
 * who has the certificate and not the secret.
 */
export function findPullSecret(env: object, name: string): string | null {
  if (!Object.hasOwn(env, name)) return null;
  const value: unknown = (env as Readonly<Record<string, unknown>>)[name];
  return typeof value === "string" && isPullSecret(value) ? value : null;
}
