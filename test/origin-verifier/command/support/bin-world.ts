import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeAll } from "vitest";
import { withoutTypeStripper } from "../../../support/compile-cache.ts";
import { startBin, type BinOptions, type RunningBin } from "./bin.ts";
import { makeVerifierFiles, type VerifierFiles } from "./verifier-files.ts";

/** An application, by its address. */
export interface Application {
  readonly address: string;
  handle: RequestListener;
}

/** What tests of the running bin need; all of it is gone after each test. */
export interface BinWorld {
  readonly files: () => Promise<VerifierFiles>;
  readonly application: (name: string) => Promise<Application>;
  readonly start: (args: readonly string[], options?: BinOptions) => RunningBin;
}

/** Makes files, applications and processes, and takes care that none of them outlives its test. */
export function useBinWorld(): BinWorld {
  const ends: (() => unknown)[] = [];
  beforeAll(withoutTypeStripper);
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
  return {
    files: async () => {
      const files = await makeVerifierFiles();
      ends.push(files.remove);
      return files;
    },
    application: async (name) => {
      const server = createServer((request, response) => application.handle(request, response));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      ends.push(() => {
        server.closeAllConnections();
        server.close();
      });
      const application: Application = {
        address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        handle: (_request, response) => response.end(name),
      };
      return application;
    },
    start: (args, options) => {
      const bin = startBin(args, options);
      ends.push(async () => {
        bin.signal("SIGKILL");
        await bin.ended;
      });
      return bin;
    },
  };
}
