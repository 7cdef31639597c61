import * as v from "valibot";
import { closed } from "../../shared/closed-object.ts";
import { DEFAULT_LIMITS, LIMIT_NAMES, limitProblem, type Limits } from "../limits.ts";

const OneByOne = closed(
  Object.fromEntries(LIMIT_NAMES.map((name) => [name, schemaOf(name)])) as Record<
    keyof Limits,
    ReturnType<typeof schemaOf>
  >,
);

/** The limits of a configuration file: each may be left out, and is then as usual. */
export const LimitsSchema = v.optional(
  v.pipe(
    // To valibot an empty list is an object, too.
    v.custom<Record<string, unknown>>(
      (input) => !Array.isArray(input),
      "expected an object, found a list",
    ),
    OneByOne,
  ),
  {},
);

function schemaOf(name: keyof Limits) {
  const inRange = v.rawCheck<number>(({ dataset, addIssue }) => {
    const message = dataset.typed ? limitProblem(name, dataset.value) : null;
    if (message !== null) addIssue({ message });
  });
  return v.optional(v.pipe(v.number(), inRange), DEFAULT_LIMITS[name]);
}
