import { createHash } from "node:crypto";
import type { Hostname } from "../../../shared/hostname.ts";

/** RFC 1123 2.1: controllers name Services after a Gateway, and a Service's name is one label. */
const LONGEST = 63;
/** What is put behind the name, with its hyphen: `-issuer`. */
const LONGEST_ENDING = 7;
const DIGITS = 12;

/**
 * A name for the resources of one origin hostname: one label, and no two hostnames have the same. A dot becomes `-` and a
 * hyphen `--`, which no dot can be beside; what is too long ends in `---` and a digest, and no other name has three.
 */
export function resourceName(hostname: Hostname): string {
  const whole = `pullproof-${hostname.replaceAll("-", "--").replaceAll(".", "-")}`;
  const room = LONGEST - LONGEST_ENDING;
  if (whole.length <= room) return whole;
  const digest = createHash("sha256").update(hostname).digest("hex").slice(0, DIGITS);
  return `${whole.slice(0, room - DIGITS - 3).replace(/-+$/, "")}---${digest}`;
}
