import * as fc from "fast-check";

/** A configuration's text, the bindings of each of its environments (the top level is ""), and its comments. */
export interface WrittenConfiguration {
  readonly text: string;
  readonly environments: ReadonlyMap<string, readonly string[]>;
  /** In their order; each stands in the text once. */
  readonly comments: readonly string[];
}

/** What a configuration consists of, before it is written down. */
interface Parts {
  readonly top: readonly Piece[];
  readonly own: readonly string[];
  readonly environments: readonly {
    readonly pieces: readonly Piece[];
    readonly own: readonly string[];
  }[];
  readonly sections: readonly (readonly Piece[])[];
  readonly crlf: boolean;
  readonly endsWithNewLine: boolean;
}

/** A key with its value, and what stands around it. */
interface Piece {
  readonly value: number;
  readonly above: number;
  readonly blank: boolean;
  readonly behind: boolean;
}

/** Values that a reader of lines could stumble over: each has what begins or ends something, where it does not. */
const TOML_VALUES = [
  `"plain"`,
  `"a # in it, [[mtls_certificates]]"`,
  `'''\n[[mtls_certificates]]\nbinding = "NOT"\n# no comment\n'''`,
  `"""\\"""\n# no comment either\n[env.none]\n""""`,
  `[\n  1, # NOTE\n  [2, 3],\n  # NOTE\n]`,
  `{ a = 1, "b.c" = [true, { d = "]" }] }`,
  `1979-05-27T07:32:00Z`,
  `07:32:00`,
  `0x1F`,
  `-0.0`,
  `1_000`,
];
const JSON_VALUES = [
  `"plain"`,
  `"a // in it, { , ] }"`,
  `[\n    1, // NOTE\n    [2, 3], /* NOTE */\n    // NOTE\n  ]`,
  `{ "a": 1, "b.c": [true, { "d": "]" },] }`,
  `{}`,
  `[]`,
  `-0.0`,
  `null`,
];

const piece: fc.Arbitrary<Piece> = fc.record({
  value: fc.nat(20),
  above: fc.nat(2),
  blank: fc.boolean(),
  behind: fc.boolean(),
});
const bindings = fc.uniqueArray(fc.constantFrom("A", "B", "C", "D"), { maxLength: 3 });
const parts: fc.Arbitrary<Parts> = fc.record({
  top: fc.array(piece, { maxLength: 4 }),
  own: bindings,
  environments: fc.array(
    fc.record({ pieces: fc.array(piece, { minLength: 1, maxLength: 3 }), own: bindings }),
    { maxLength: 3 },
  ),
  sections: fc.array(fc.array(piece, { maxLength: 3 }), { maxLength: 3 }),
  crlf: fc.boolean(),
  endsWithNewLine: fc.boolean(),
});

/** TOML with comments, its lists in tables of their own; sections and environments in any order. */
export const writtenToml: fc.Arbitrary<WrittenConfiguration> = fc
  .tuple(parts, fc.infiniteStream(fc.nat(100)))
  .map(([given, order]) => {
    const { comment, comments } = newComments("#");
    const write = (pieces: readonly Piece[]): string[] =>
      pieces.flatMap(({ value, above, blank, behind }, index) => [
        ...(blank ? [""] : []),
        ...Array.from({ length: above }, comment),
        `k${index} = ${(TOML_VALUES[value % TOML_VALUES.length] ?? "").replaceAll(/# NOTE/g, comment)}${behind ? ` ${comment()}` : ""}`,
      ]);
    const list = (prefix: string, own: readonly string[]): (() => string[])[] =>
      own.map((name) => () => [
        ...(name < "C" ? ["", comment()] : []),
        name < "B"
          ? `[[${prefix}mtls_certificates]] ${comment()}`
          : `  [[ ${prefix}mtls_certificates ]]`,
        `binding = "${name}"`,
        ...(name < "D" ? [comment()] : []),
        `certificate_id = '${name}-old' ${comment()}`,
      ]);
    const sections = [
      ...list("", given.own),
      ...given.environments.flatMap(({ pieces, own }, index) => [
        () => ["", comment(), `[env."e.${index}"] ${comment()}`, ...write(pieces)],
        ...list(`env."e.${index}".`, own),
      ]),
      ...given.sections.map((pieces, index) => () => [
        comment(),
        `[section${index}]`,
        ...write(pieces),
      ]),
    ]
      .map((section) => ({ section, key: order.next().value ?? 0 }))
      .toSorted((one, other) => one.key - other.key);
    const lines = [...write(given.top), ...sections.flatMap(({ section }) => section())];
    return finish(given, lines, comments);
  });

/** The same in JSON with comments. */
export const writtenJsonc: fc.Arbitrary<WrittenConfiguration> = fc
  .tuple(parts, fc.boolean())
  .map(([given, trailingComma]) => {
    const { comment, comments } = newComments("//");
    const write = (pieces: readonly Piece[], prefix: string): (() => string[])[] =>
      pieces.map(({ value, above, blank }, index) => () => [
        ...(blank ? [""] : []),
        ...Array.from({ length: above }, comment),
        `"${prefix}${index}": ${(JSON_VALUES[value % JSON_VALUES.length] ?? "").replaceAll(/\/\/ NOTE/g, comment).replaceAll("/* NOTE */", () => `/* ${comment()} */`)}`,
      ]);
    // The comma goes behind the value, before a comment that is behind it.
    const join = (members: readonly (() => string[])[], indent: string): string[] =>
      members.flatMap((member, index) => {
        const isLast = index === members.length - 1;
        const written = member();
        const last = `${written.at(-1) ?? ""}${isLast && !trailingComma ? "" : ","}`;
        return [...written.slice(0, -1), `${last}${index % 2 === 0 ? ` ${comment()}` : ""}`].map(
          (line) => `${indent}${line}`,
        );
      });
    const list = (own: readonly string[]): (() => string[])[] =>
      own.length === 0
        ? []
        : [
            () => [
              `"mtls_certificates": [${own.length === 1 ? "" : ` ${comment()}`}`,
              ...join(
                own.map((name) => () => [
                  ...(name < "C" ? [comment()] : []),
                  `{ "binding": "${name}", /* ${comment()} */ "certificate_id": "${name}-old" }`,
                ]),
                "  ",
              ),
              ...(own.length === 1 ? [] : [`  ${comment()}`]),
              "]",
            ],
          ];
    const environment = given.environments.map(({ pieces, own }, index) => () => [
      `"e.${index}": {`,
      ...join([...write(pieces, "k"), ...list(own)], "  "),
      `}`,
    ]);
    const members = [
      ...write(given.top, "k"),
      ...list(given.own),
      ...(environment.length === 0 ? [] : [() => [`"env": {`, ...join(environment, "  "), `}`]]),
      ...given.sections.flatMap((pieces, index) => write(pieces, `s${index}.`)),
    ];
    return finish(given, [comment(), "{", ...join(members, "  "), "}", comment()], comments);
  });

function finish(
  given: Parts,
  lines: readonly string[],
  comments: readonly string[],
): WrittenConfiguration {
  const text = lines.join("\n") + (given.endsWithNewLine ? "\n" : "");
  return {
    text: given.crlf ? text.replaceAll("\n", "\r\n") : text,
    environments: new Map([
      ["", given.own],
      ...given.environments.map(({ own }, index): [string, readonly string[]] => [
        `e.${index}`,
        own,
      ]),
    ]),
    comments,
  };
}

function newComments(mark: string): { comment: () => string; comments: readonly string[] } {
  const comments: string[] = [];
  const comment = (): string => {
    const text = `${mark} comment ${comments.length}.`;
    comments.push(text);
    return text;
  };
  return { comment, comments };
}
