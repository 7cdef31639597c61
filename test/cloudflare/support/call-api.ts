import type { FakeCloudflare } from "../../support/cloudflare/start-fake-cloudflare.ts";

/** An answer of the API, as plain as it comes. */
export interface Answered {
  readonly status: number;
  /** The first error's number; null where there is none. */
  readonly code: number | null;
  readonly result: unknown;
  readonly info: unknown;
  readonly retryAfter: string | null;
}

/** Makes one call, with no library between. */
export async function callApi(
  cloudflare: FakeCloudflare,
  method: string,
  path: string,
  body?: unknown,
  token: string | null = cloudflare.token,
): Promise<Answered> {
  const response = await fetch(`${cloudflare.url}${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { success, errors, messages, result, result_info } = (await response.json()) as {
    success: boolean;
    errors: readonly { code: number; message: string }[];
    messages: readonly unknown[];
    result: unknown;
    result_info?: unknown;
  };
  if (success !== response.ok || success !== (errors.length === 0) || messages.length > 0) {
    throw new Error("an envelope that contradicts itself");
  }
  return {
    status: response.status,
    code: errors[0]?.code ?? null,
    result,
    info: result_info ?? null,
    retryAfter: response.headers.get("retry-after"),
  };
}
