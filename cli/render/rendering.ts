import { failed, parsedUnless, type Parsed, type Problem } from "../../shared/problem.ts";
import type { RenderFacts } from "./facts.ts";

/** One file of a rendered configuration. */
export interface RenderedFile {
  /** Its name within the folder. */
  readonly name: string;
  readonly text: string;
}

/** What a target's renderer gives: its files, the main one first; or every problem, each with its path in the mapping. */
export type Rendering = Parsed<readonly [RenderedFile, ...RenderedFile[]]>;

/** What a server cannot keep, of the promises in test/conformance/README.md. */
export interface Shortcoming {
  /** Numbers of promises: `P21`. Empty for what has none. */
  readonly promises: readonly string[];
  /** What happens instead, and why: one sentence, for the top of the file. */
  readonly why: string;
}

/** How to work with a server that runs what was rendered. */
export interface Handling {
  /** Where the file belongs, and what it needs. */
  readonly use: string;
  readonly check: string;
  readonly reload: string;
}

/** A server, and how a configuration for it is made. */
export interface Target {
  readonly name: string;
  readonly about: string;
  /** Whether its binary is tried by `npm run test:servers`; else nothing is claimed of what it keeps. */
  readonly isMeasured: boolean;
  readonly handling: Handling;
  /** What it cannot keep, with these facts or with any. */
  readonly shortcomings: (facts: RenderFacts) => readonly Shortcoming[];
  /** Where nothing is measured: all other promises, with what is rendered for them, or that nothing is. */
  readonly untried?: readonly Shortcoming[];
  readonly render: (facts: RenderFacts) => Rendering;
}

/** A text of one part of a configuration, or why it cannot be written. */
export class Unwritable extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.name = "Unwritable";
    this.path = path;
  }
}

/** Runs a renderer that throws {@link Unwritable} for what its syntax cannot say. */
export function rendered(
  problems: readonly Problem[],
  write: () => readonly [RenderedFile, ...RenderedFile[]],
): Rendering {
  if (problems.length > 0) return parsedUnless(problems, write);
  try {
    return parsedUnless([], write);
  } catch (thrown) {
    if (!(thrown instanceof Unwritable)) throw thrown;
    return failed(thrown.path, thrown.message);
  }
}
