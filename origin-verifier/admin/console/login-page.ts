import { markup } from "./markup.ts";
import { documentOf } from "./page.ts";

/** Where the token is asked for. It says nothing of what is behind it. */
export function loginPage(wrong: boolean): string {
  return documentOf(
    "pullproof verifier: token",
    null,
    markup`<main class="login"><form method="post" action="login"><h1>pullproof <b>verifier</b></h1>
${wrong ? markup`<p class="wrong" role="alert">That is not the token.</p>` : null}
<input class="hidden" name="username" value="admin" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
<label for="token">Admin token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button type="submit">Open the console</button>
<p class="aside">It is in the file that the verifier was started with (<code>--admin-token-file</code>), or in its environment.</p></form></main>`,
  );
}
