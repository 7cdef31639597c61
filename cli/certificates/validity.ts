const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
// Clocks differ between the machine that issues, Cloudflare and the origin; Let's Encrypt allows for as much.
const BACKDATE = 60 * MINUTE;

/** Days that an issuer is valid for by default. */
export const ISSUER_DAYS = 3650;

/** Days that a pull certificate is valid for by default: its rotation is a habit before it is an emergency. */
export const PULL_CERTIFICATE_DAYS = 365;

/** The most days that `--days` takes: an X.509 date beyond 2049 is written in another form, which tools stumble over. */
export const MAX_DAYS = 7300;

/** From when until when a certificate is valid. X.509 knows whole seconds only. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Valid for `days` from `now`, and for the hour before it that clocks may differ by. */
export function validFor(days: number, now: Date): Validity {
  return {
    notBefore: wholeSecond(now.getTime() - BACKDATE),
    notAfter: wholeSecond(now.getTime() + days * DAY),
  };
}

/** The same, but not beyond a moment: a leaf is worth nothing after its issuer. */
export function within(end: Date, { notBefore, notAfter }: Validity): Validity {
  return { notBefore, notAfter: notAfter > end ? end : notAfter };
}

/** Whole days that are left until a moment; 0 on the last day, negative after it. */
export function daysUntil(moment: Date, now: Date): number {
  return Math.floor((moment.getTime() - now.getTime()) / DAY);
}

function wholeSecond(milliseconds: number): Date {
  return new Date(Math.ceil(milliseconds / 1000) * 1000);
}
