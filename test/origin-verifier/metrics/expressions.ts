/** A metric that an expression asks for, and each label that it does so by. */
export interface Use {
  readonly metric: string;
  readonly labels: readonly { readonly label: string; readonly values: readonly string[] }[];
}

/** The expressions of a rules file: `expr: ...` on one line, or `expr: |` and what is indented below it. */
export function expressionsOfRules(text: string): readonly string[] {
  const found = [...text.matchAll(/^( +)expr: (?:\|\n((?:\1 +.*\n)+)|(.+)\n)/gm)];
  const mentioned = text.match(/\bexpr:/g)?.length ?? 0;
  if (found.length !== mentioned) throw new Error(`${mentioned} expressions, ${found.length} read`);
  return found.map(([, , block = "", line = ""]) => `${block}${line}`.replace(/\s+/g, " ").trim());
}

/** The expressions of a dashboard: of every panel, and of every variable that asks for values. */
export function expressionsOfDashboard(text: string): readonly string[] {
  const found: string[] = [];
  // Wherever they are: a panel in a row is a panel too.
  JSON.parse(text, (key, value: unknown) => {
    if (key === "expr" && typeof value === "string") found.push(value);
    if (key === "query" && typeof value === "string" && value.startsWith("label_values"))
      found.push(value);
    return value;
  });
  return found;
}

/** What an expression asks for. Labels of `by (...)` and `on (...)` count for each of its metrics that is aggregated so. */
export function usesOf(expression: string): readonly Use[] {
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) =>
    list.split(",").map((label) => label.trim()),
  );
  const asked = /^label_values\(.*, (\w+)\)$/.exec(expression)?.[1];
  const besides = [...grouped, ...(asked === undefined ? [] : [asked])]
    // Of a histogram's buckets, and of nothing else.
    .filter((label) => label !== "le" || expression.includes("_bucket"));
  return [...expression.matchAll(/\b((?:pullproof|process)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, metric = "", matchers = ""]) => ({
      metric,
      labels: [
        ...[...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"([^"]*)"/g)].map(
          ([, label = "", values = ""]) => ({
            label,
            values: values === "" ? [] : values.split("|"),
          }),
        ),
        ...besides.map((label) => ({ label, values: [] })),
      ],
    }),
  );
}
