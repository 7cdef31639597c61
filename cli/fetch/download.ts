import { failure, messageOf } from "../manners/failure.ts";

/** What is fetched here is a few kilobytes; whatever is larger is something else. */
const MAX_BYTES = 64 * 1024;
const PATIENCE_MS = 20_000;

/**
 * Downloads a small public text: bounded in size and time.
 *
 * @param redirect `follow` where what comes is held against something that is known; where it is not, `error`.
 * @throws {Failure} where it cannot be had.
 */
export async function download(url: string, redirect: "follow" | "error"): Promise<string> {
  const cannot = (why: string): Error =>
    failure({
      message: `${url} cannot be had: ${why}; nothing was written`,
      next: "is this machine on the internet? Then run the same command again",
    });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(url, { redirect, signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw cannot(`it answered ${response.status}`);
    }
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      bytes += piece.length;
      if (bytes > MAX_BYTES) throw cannot(`it is larger than ${MAX_BYTES} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  } catch (thrown) {
    if (signal.aborted) throw cannot(`no whole answer in ${PATIENCE_MS / 1_000} seconds`);
    // fetch says "fetch failed", and why only in the cause.
    if (thrown instanceof TypeError) throw cannot(messageOf(thrown.cause ?? thrown));
    throw thrown;
  }
}
