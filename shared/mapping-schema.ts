import * as v from "valibot";
import { closed } from "./closed-object.ts";
import { fingerprintProblem, parseFingerprint } from "./fingerprint.ts";
import { parseHostname } from "./hostname.ts";
import { originProblem, parseOrigin } from "./origin.ts";

/**
 * The written form of the mapping, part by part. The parser reads each part by itself, so that one broken entry hides
 * none of the mistakes in the others; the JSON Schema for editors is generated from the same parts.
 */

const text = (description: string) => v.pipe(v.string(), v.description(description));

const FilePath = v.pipe(
  text("Path of a file, relative to the mapping."),
  v.nonEmpty("empty: name a file, relative to the mapping"),
  v.check((path) => !path.includes("\0"), "a path cannot hold a NUL"),
);

const FingerprintText = v.pipe(
  text("SHA-256 of the certificate's DER: sha256: and 64 lower-case hex digits."),
  v.check(
    (raw) => parseFingerprint(raw) !== null,
    (issue) => fingerprintProblem(issue.input),
  ),
);

const HostnameText = v.pipe(
  text("A DNS hostname in lower case."),
  v.check(
    (raw) => parseHostname(raw) === raw,
    "not a hostname as it is written here (lower case, no trailing dot, no port)",
  ),
);

const DateText = v.pipe(
  text("A day, YYYY-MM-DD: report mode ends at 00:00 UTC of it."),
  v.isoDate("not a day (YYYY-MM-DD)"),
  v.check(isInCalendar, "no such day in the calendar"),
);

/**
 * What `isoDate` does not know: how long the months are. `Date` is not asked, as engines may refuse a 30 February or call
 * it 2 March.
 */
function isInCalendar(day: string): boolean {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const isShort = date === 31 && [2, 4, 6, 9, 11].includes(month);
  return !isShort && !(month === 2 && (date === 30 || (date === 29 && !leap)));
}

/** One issuer. */
export const IssuerSchema = closed({
  certificates: v.pipe(
    FilePath,
    v.description("PEM file with the CA certificates that sign pull certificates."),
  ),
  crl: v.optional(
    v.pipe(FilePath, v.description("PEM file with the issuer's certificate revocation lists.")),
  ),
  shared: v.optional(
    v.pipe(
      v.boolean(),
      v.description(
        "Cloudflare's certificate for all customers: proves only that a pull comes from Cloudflare.",
      ),
    ),
  ),
});

/** Of an environment variable, or of a Worker's secret: both halves name theirs alike. */
const Secret = (description: string) =>
  closed({
    env: v.pipe(
      text(description),
      v.regex(/^[A-Z_][A-Z0-9_]*$/, "not a variable's name (capitals, digits and _)"),
    ),
  });

const PresentByWorker = closed({
  by: v.literal("worker"),
  binding: v.pipe(
    text("The mtls_certificates binding in wrangler.toml."),
    v.regex(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      "not a binding's name (letters, digits and _, not a digit first)",
    ),
    // A Worker looks its bindings up by name: a missing one must be missing, not what every object inherits.
    v.check((name) => !(name in {}), "every object in JavaScript has this name: choose another"),
  ),
  deadlineSeconds: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0.1, "a deadline is at least 0.1 seconds"),
      v.maxValue(900, "a deadline is at most 900 seconds"),
      v.description(
        "Seconds until the response headers, whatever is asked again included. Default 30.",
      ),
    ),
  ),
  header: v.optional(
    v.pipe(
      Secret("The Worker's secret (`wrangler secret put NAME`)."),
      v.description(
        "The secret that the Worker sends in X-Pull-Secret, on the pulls of this entry alone: one of those that accept.also.header accepts.",
      ),
    ),
  ),
});

const PresentByEdge = closed({
  by: v.literal("edge"),
  level: v.pipe(
    v.picklist(["hostname", "zone", "shared"]),
    v.description("The level of Authenticated Origin Pulls whose certificate the edge presents."),
  ),
});

const Mode = v.union(
  [v.literal("enforce"), closed({ report: DateText })],
  'a mode is "enforce" or { "report": "YYYY-MM-DD" }',
);

const Also = v.pipe(
  closed({
    addresses: v.optional(
      v.pipe(
        FilePath,
        v.description(
          "File of address ranges, one a line: a pull comes from one of them. `pullproof fetch addresses` fetches Cloudflare's.",
        ),
      ),
    ),
    header: v.optional(
      v.pipe(
        v.array(
          Secret("The environment variable of the verifier that holds the secret."),
          'a list of one or two { "env": "NAME" }',
        ),
        v.minLength(1, "empty: name the variable that holds the secret"),
        v.maxLength(2, "more than two: one that is sent, and during a rotation the next"),
        v.description(
          "The secrets that the header X-Pull-Secret may hold: one, and during a rotation two. The edge sets it by a Transform Rule, a Worker by its present.header.",
        ),
      ),
    ),
    access: v.optional(
      v.pipe(
        closed({
          team: v.pipe(
            text("The team's name: what stands before .cloudflareaccess.com."),
            v.regex(
              /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
              "not a team's name (one label in lower case, without .cloudflareaccess.com)",
            ),
          ),
          audiences: v.pipe(
            v.array(
              v.pipe(
                text("The Application Audience (AUD) tag of one Access application."),
                v.regex(/^[0-9a-f]{64}$/, "not an AUD tag (64 lower-case hex digits; is it cut?)"),
              ),
              "a list of AUD tags",
            ),
            v.minLength(1, "empty: name the AUD tag of the Access application"),
            v.maxLength(20, "more than 20: which application is this hostname's?"),
          ),
          keys: v.pipe(
            FilePath,
            v.description(
              "File with the team's public keys (a JWK Set). `pullproof fetch access TEAM` fetches them.",
            ),
          ),
        }),
        v.description(
          "A token of Cloudflare Access in Cf-Access-Jwt-Assertion: of this team and one of these applications.",
        ),
      ),
    ),
  }),
  v.check((also) => Object.keys(also).length > 0, "empty: name a lock, or leave it out"),
  v.description("What is asked of a pull beside its certificate, never in place of it."),
);

/** The accepting half of an entry. */
export const AcceptSchema = closed({
  issuer: v.pipe(v.string(), v.description("Name of one of the issuers.")),
  certificates: v.pipe(
    v.union(
      [
        v.pipe(
          v.array(FingerprintText),
          v.minLength(1, "empty: list at least the certificate that is presented"),
        ),
        v.literal("issued"),
      ],
      'a list of fingerprints, or "issued"',
    ),
    v.description(
      'Accepted fingerprints, the presented one first; or "issued": any leaf of the issuer with one of the names.',
    ),
  ),
  names: v.optional(
    v.pipe(
      v.array(HostnameText),
      v.minLength(1, "empty: name at least one"),
      v.description('With "issued": a pull certificate needs one of exactly these DNS names.'),
    ),
  ),
  alone: v.optional(
    v.pipe(
      v.literal(true, "alone is true or left out"),
      v.description(
        "With a shared issuer: it is known that nothing else guards this hostname, and that any Cloudflare customer can have that certificate presented.",
      ),
    ),
  ),
  also: v.optional(Also),
  mode: v.optional(v.pipe(Mode, v.description("enforce (the default), or report until a day."))),
});

const OriginText = v.pipe(
  text("https://, the origin hostname, an optional port; nothing after."),
  v.check(
    (raw) => parseOrigin(raw) !== null,
    (issue) => originProblem(issue.input),
  ),
);

const OriginTexts = v.union(
  [
    OriginText,
    v.pipe(
      v.array(OriginText),
      v.minLength(1, "empty: name at least one origin"),
      // A pull may ask each of them: more would be a load of its own when all of them fail.
      v.maxLength(4, "more than four origins: put a balancer before them"),
      v.description("Up to four origins of one application, the preferred one first."),
    ),
  ],
  "an origin, or a list of them",
);

/** One hostname's part. */
export const EntrySchema = closed({
  origin: OriginTexts,
  present: v.variant(
    "by",
    [PresentByWorker, PresentByEdge],
    'say who presents: { "by": "worker", ... } or { "by": "edge", ... }',
  ),
  accept: AcceptSchema,
  health: v.optional(
    v.pipe(
      text("A path that the Worker answers by a pull of its own, past the cache."),
      // What URL parsers leave as it is: they rewrite dot segments, backslashes and quotes, so that such a path would
      // never equal a visitor's, and read a leading // as another host. One path, one writing: no percent signs.
      v.regex(
        /^(?=.{1,1024}$)\/(?:(?!\.{1,2}(?:\/|$))[\w.~!$&'()*+,;=:@-]+(?:\/|$))*$/,
        "not a plain path (/health: up to 1,024 characters, no query, no //, no dot segments, no percent signs)",
      ),
    ),
  ),
});

const document = {
  $schema: v.optional(v.string()),
  version: v.literal(1, "version must be 1"),
};

/** The document with parts of any form: those are parsed one by one. */
export const OutlineSchema = closed({
  ...document,
  issuers: v.record(v.string(), v.unknown()),
  hosts: v.record(v.string(), v.unknown()),
});

/** The whole document as it is written: what the editors' schema is made from. */
export const MappingSchema = closed({
  ...document,
  issuers: v.pipe(
    v.record(v.string(), IssuerSchema),
    v.description("Who signs pull certificates, by name."),
  ),
  hosts: v.pipe(
    v.record(v.string(), EntrySchema),
    v.description("One entry for each hostname, or *.name for one label."),
  ),
});

/** An entry that parsed by itself; what it says of others is not yet checked. */
export type EntryText = v.InferOutput<typeof EntrySchema>;
/** An issuer that parsed by itself. */
export type IssuerText = v.InferOutput<typeof IssuerSchema>;
