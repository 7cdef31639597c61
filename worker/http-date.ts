const MONTH = "(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const TIME = "(?<time>\\d\\d:\\d\\d:\\d\\d)";
const FORMS = [
  // IMF-fixdate, which all must send.
  `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT`,
  // RFC 850 and asctime, which all must still read.
  `(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT`,
  `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>[\\d ]\\d) ${TIME} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * Milliseconds since 1970 of one of HTTP's three forms of a date (RFC 9110 5.6.7), case-sensitive; null for anything else, and for a day
 * that is in no calendar. By itself `Date.parse` takes nearly everything for one: `3600` is a year.
 *
 * @param now milliseconds since 1970, by which a year of two digits gets its century.
 */
export function parseHttpDate(text: string | null, now: number): number | null {
  if (text === null) return null;
  for (const form of FORMS) {
    const { day = "", month = "", year = "", time = "" } = form.exec(text)?.groups ?? {};
    if (day === "") continue;
    const fourDigits = year.length === 4 ? year : withCentury(year, now);
    const written = `${day.replace(" ", "0")} ${month} ${fourDigits} ${time} GMT`;
    const date = new Date(written);
    // 31 Feb would be a day in March.
    return date.toUTCString().endsWith(`, ${written}`) ? date.getTime() : null;
  }
  return null;
}

/** Of what would be more than 50 years ahead, the last that is past (RFC 9110 5.6.7). */
function withCentury(twoDigits: string, now: number): string {
  const current = new Date(now).getUTCFullYear();
  const year = current - (current % 100) + Number(twoDigits);
  return String(year > current + 50 ? year - 100 : year);
}
