const NUMBERS =
  "1 2 6 7 8 9 10 11 12 13 15 16 17 19 20 21 22 23 25 26 29 32 33 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 56 57 59 61 63 64 65 70 71 72 73 80";

/**
 * The promises of test/conformance/README.md that are seen from outside, whatever the server: those that speak of no log,
 * option or process of the verifier's own. `npm run test:servers` tries each on every server that has a binary.
 */
export const SERVER_PROMISES: readonly string[] = NUMBERS.split(" ").map((number) => `P${number}`);
