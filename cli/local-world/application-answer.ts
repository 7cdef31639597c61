/** What the demo application says about a request: who pulled it, as the verifier told, and what came through. */
export interface ApplicationAnswer {
  readonly application: "pullproof demo";
  /** The hostname whose pull this is; null where nobody vouches for it. */
  readonly hostname: string | null;
  /** The fingerprint of the certificate that pulled. */
  readonly fingerprint: string | null;
  readonly verdict: string | null;
  readonly method: string;
  readonly path: string;
  /** The Host that the application sees: the origin hostname. */
  readonly host: string | null;
  /** What the Worker says of the visitor. */
  readonly forwarded: {
    readonly for: string | null;
    readonly host: string | null;
    readonly proto: string | null;
  };
}
