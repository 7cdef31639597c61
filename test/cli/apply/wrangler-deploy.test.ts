import { expect, test } from "vitest";
import { environmentOf } from "../../../cli/apply/wrangler-deploy.ts";

test("wrangler gets no token of the verifiers', asks nobody, reports nothing, and looks for no newer version of itself", () => {
  const own = { PATH: "/bin", PULLPROOF_ADMIN_TOKEN: "secret", WRANGLER_HIDE_BANNER: "false" };
  expect(environmentOf(own)).toEqual({
    PATH: "/bin",
    CI: "1",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
  });
});
