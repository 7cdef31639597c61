/**
 * Whether a test must be skipped, said aloud: a suite that lacks its tool or its data must not look green. In CI, where
 * everything is installed, a skip is a failure: set `PULLPROOF_NO_SKIP=1`.
 *
 * @param present whether the thing is there.
 * @param what what is missing and how to get it: `openssl (apt-get install openssl)`.
 * @param installable false for what CI cannot install, such as data that is named by a variable: never more than said aloud.
 */
export function skipUnless(present: boolean, what: string, installable = true): boolean {
  if (present) return false;
  if (installable && process.env["PULLPROOF_NO_SKIP"] === "1")
    throw new Error(`not skipped here: needs ${what}`);
  process.stderr.write(`\nSKIPPED: needs ${what}\n`);
  return true;
}
