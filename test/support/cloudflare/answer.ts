/** What a page of a list says of itself (documented). */
export interface PageInfo {
  readonly page: number;
  readonly per_page: number;
  readonly count: number;
  readonly total_count: number;
  readonly total_pages: number;
}

/** An answer of the API, before it is put into its envelope. */
export interface Answer {
  readonly result: unknown;
  readonly info?: PageInfo;
}

/** The API says no. Thrown by whatever handles a request. */
export class Refused extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = "Refused";
    this.status = status;
    this.code = code;
  }
}

/**
 * Codes that nobody has told: where a rule is documented and its number is not, the fake answers with this one, so that
 * nothing comes to depend on a number that was made up.
 */
export const UNTOLD_CODE = 1000;

/** The envelope of a success (documented). */
export function envelopeOf({ result, info }: Answer): object {
  const paged = info === undefined ? {} : { result_info: info };
  return { success: true, errors: [], messages: [], result, ...paged };
}

/** The envelope of a refusal (documented). */
export function errorEnvelope(code: number, message: string): object {
  return { success: false, errors: [{ code, message }], messages: [], result: null };
}
