import { STUNNEL } from "./support/binaries.ts";
import { testServer } from "./support/test-server.ts";

testServer(STUNNEL);
