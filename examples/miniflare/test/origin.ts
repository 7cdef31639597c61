import { startOrigin } from "pullproof/testing";

/** An origin for all tests: it accepts exactly the certificate of PARTNER, and says what it saw. */
export default async function setup(): Promise<() => Promise<void>> {
  const origin = await startOrigin({ bindings: { PARTNER: "api.partner.example" } });
  Object.assign(process.env, origin.environment);
  return origin.close;
}
