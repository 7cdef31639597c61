import { startApplication } from "../../../cli/local-world/application.ts";

/* The demo application, on a machine of its own. */
const { url } = await startApplication(0);
process.stdout.write(`${url}\n`);
