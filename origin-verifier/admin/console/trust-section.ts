import type { ConsoleView } from "./console-view.ts";
import { markup, type Markup } from "./markup.ts";
import { counted, moment } from "./times.ts";

/** The trust in force, and what became of the reloads. */
export function trustSection({
  history,
  generation,
  mappingDigest,
  profile,
  pid,
}: ConsoleView): Markup {
  const { lastSwap, lastFailure, failing, failures, warnings } = history;
  return markup`${lastFailure === null || !failing ? null : failure(lastFailure, pid)}
<dl class="facts">
<div><dt>Generation</dt><dd>${generation}</dd></div>
<div><dt>Swapped in</dt><dd>${lastSwap === null ? "not yet" : moment(lastSwap)}</dd></div>
<div><dt>Failed reloads</dt><dd>${failures}${lastFailure === null ? null : markup`, the last ${moment(lastFailure.at)}`}</dd></div>
<div><dt>Profile</dt><dd>${profile}</dd></div>
<div><dt>Mapping's digest</dt><dd><code class="fingerprint">sha256:${mappingDigest}</code></dd></div>
</dl>
${
  warnings.length === 0
    ? null
    : markup`<details data-key="warnings"><summary>${counted(warnings.length, "warning")}</summary><ul>${warnings.map((warning) => markup`<li>${warning}</li>`)}</ul></details>`
}`;
}

function failure(
  { at, problems }: NonNullable<ConsoleView["history"]["lastFailure"]>,
  pid: number,
): Markup {
  return markup`<div class="failure"><h3>The last reload failed ${moment(at)}: the old trust goes on</h3>
<ul>${problems.map(
    ({ file, path, message }) => markup`<li><code>${file}</code>${
      path === "" ? null : markup` <code>${path}</code>`
    }<span>${message}</span></li>
`,
  )}</ul>
<p class="next">Correct what is named here, then <code>pullproof check</code> and <code>kill -HUP ${pid}</code></p></div>`;
}
