/** The value that is meant; null with the problem added. */
export function oneOf<const T extends string>(
  values: readonly T[],
  raw: string,
  place: string,
  problems: string[],
): T | null {
  const value = values.find((known) => known === raw);
  if (value === undefined)
    problems.push(`${place}: ${JSON.stringify(raw)} is none of ${values.join(", ")}`);
  return value ?? null;
}
