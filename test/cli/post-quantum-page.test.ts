import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { hasMlDsa } from "../../cli/certificates/ml-dsa.ts";
import { skipUnless } from "../support/loud-skip.ts";
import { runIn, type Ran } from "./support/run-pullproof.ts";
import { useTemporaryFolders } from "./support/temporary-folder.ts";

// The commands are the page's: whoever changes one there changes what is run here.
const ROOT = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "docs/concepts/profiles.md"), "utf8");
const section = page.slice(page.indexOf("\n## post-quantum"), page.indexOf("\n## Which one"));
const commands = [...section.matchAll(/```sh\n([^]*?)```/g)]
  .flatMap(([, block = ""]) =>
    block
      .replaceAll(/\\\n\s*/g, "")
      .trim()
      .split("\n"),
  )
  .map((line) => line.replace(/^npx /, ""));

const newFolder = useTemporaryFolders();
const skip = skipUnless(hasMlDsa(), "a Node that knows ML-DSA (24.21 and later)", false);

/** A command as a shell would take it apart: quotation marks hold words together. */
function wordsOf(command: string, program: string): readonly string[] {
  const [first, ...words] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? word ?? "",
  );
  expect(first).toBe(program);
  return words;
}

test("the page makes issuer, pull certificate and origin certificate, looks at them, and pulls", () => {
  expect(commands.map((command) => command.split(" ").slice(0, 2).join(" "))).toEqual([
    ...Array.from({ length: 4 }, () => "pullproof issue"),
    "pullproof lint",
    "origin-verifier --mapping",
    "pullproof probe",
  ]);
});

test.skipIf(skip)(
  "the commands of the page lead to a pull, and none without its certificate",
  async () => {
    const application = createServer((_, response) => response.end("hello"));
    const folder = newFolder();
    let verifier: ChildProcess | undefined;
    let port = 0;
    /** One of the page's, with the port that the system chose in place of the page's. */
    const run = async (command = ""): Promise<Ran> => {
      const words = wordsOf(command, "pullproof").map((word) =>
        word === "127.0.0.1:8443" ? `127.0.0.1:${port}` : word,
      );
      return await runIn(folder, ...words);
    };
    try {
      application.listen(0, "127.0.0.1");
      await once(application, "listening");
      const { port: behind } = application.address() as AddressInfo;
      const made: Ran[] = [];
      for (const command of commands.slice(0, 5)) made.push(await run(command));
      expect(made.map(({ status }) => status)).toEqual([0, 0, 0, 0, 0]);
      expect(made[4]?.stdout).toContain("good for the hostname level (ML-DSA-65");

      const fingerprint = /sha256:[0-9a-f]{64}/.exec(made[1]?.stdout ?? "")?.[0] ?? "";
      const mapping = /```json\n([^]*?)```/.exec(section)?.[1] ?? "";
      writeFileSync(join(folder, "mapping.json"), mapping.replace("sha256:…", fingerprint));
      const flags = wordsOf(commands[5] ?? "", "origin-verifier").map((word) =>
        word
          .replace("127.0.0.1:8443", "127.0.0.1:0")
          .replace("127.0.0.1:3000", `127.0.0.1:${behind}`),
      );
      verifier = spawn(process.execPath, [join(ROOT, "origin-verifier/main.ts"), ...flags], {
        cwd: folder,
        env: { PATH: process.env["PATH"] },
        stdio: ["ignore", "pipe", "inherit"],
      });
      port = await portOf(verifier);

      const pull = commands[6] ?? "";
      const pulled = await run(pull);
      expect(pulled.stdout).toMatch(/^handshake: TLSv1\.3\b/);
      // In brackets stands what is wrong with the origin certificate.
      expect(pulled.stdout).toMatch(/^origin certificate: .*until \d{4}-\d\d-\d\d$/m);
      expect(pulled.stdout).toContain("answer: 200");
      expect(pulled.status).toBe(0);

      expect((await run(pull.replace("--certificate pki/www.example.com ", ""))).status).toBe(1);
      await run("pullproof issue www.example.com --key-type ml-dsa-65 --out unlisted");
      const unlisted = await run(
        pull.replace("--certificate pki/www.example.com", "--certificate unlisted"),
      );
      expect(unlisted.stdout).toContain("answer: 403");
      expect(unlisted.status).toBe(1);
    } finally {
      application.close();
      if (verifier !== undefined && verifier.exitCode === null) {
        verifier.kill();
        await once(verifier, "exit");
      }
    }
  },
);

/** Where the verifier listens, by its own log. */
async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new Error("no log");
  for await (const line of createInterface({ input: stdout })) {
    const { event, listener, port } = JSON.parse(line) as Record<string, unknown>;
    if (event !== "listening" || listener !== "origin") continue;
    // From here on nobody reads the log, and the verifier waits for no reader.
    stdout.resume();
    return Number(port);
  }
  throw new Error("ended before it listened");
}
