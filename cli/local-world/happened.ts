import type { RefusalReason } from "../../origin-verifier/judge/refusal.ts";

/** What happened. */
export type Happened =
  | {
      readonly verdict: "accepted";
      readonly answer: number;
      /** What the application was told, in its own words. */
      readonly hostname: string | null;
      readonly fingerprint: string | null;
    }
  | {
      readonly verdict: "refused";
      readonly reason: RefusalReason | "unmapped";
      /** Null where nothing at all was answered. */
      readonly answer: number | null;
      readonly detail: string;
    }
  /** The application answered, and was told of no certificate. */
  | { readonly verdict: "gets-through"; readonly answer: number }
  /** The edge had it already, and nothing was pulled. */
  | { readonly verdict: "from-cache"; readonly answer: number }
  /** Nobody answers where the edge would pull from. */
  | { readonly verdict: "no-origin"; readonly answer: number }
  /** None of these: something broke on the way. */
  | { readonly verdict: "unclear"; readonly answer: number | null; readonly detail: string };
