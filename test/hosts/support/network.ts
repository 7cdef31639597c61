import { execFileSync, spawnSync } from "node:child_process";

/** A machine with a network of its own: what runs there sees its own loopback and its one cable. */
export interface NetworkHost {
  readonly address: string;
  /** What a command begins with to run there. */
  readonly within: readonly [string, ...string[]];
  /** Pulls the cable: what is sent is lost, and nobody is told. */
  readonly cutOff: () => void;
  readonly bringBack: () => void;
}

/** Some hosts on one switch, and this process's own cable to it. */
export interface Network<Name extends string> {
  readonly hosts: Readonly<Record<Name, NetworkHost>>;
  /** Of this process. */
  readonly own: string;
  readonly remove: () => void;
}

const ip = (...args: readonly string[]): void => {
  execFileSync("ip", [...args], { stdio: ["ignore", "ignore", "pipe"] });
};

/** Why no hosts can be made here; null where they can. */
export function whyNoNetwork(): string | null {
  const name = `pp-try-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name]);
  if (made.status !== 0)
    return "network namespaces: root, CAP_NET_ADMIN and ip (apt-get install iproute2)";
  spawnSync("ip", ["netns", "delete", name]);
  return null;
}

/**
 * Makes them: a network namespace each (ip-netns(8)), joined by a bridge in one more. Addresses are of 198.18.0.0/15, which
 * is for tests of devices (RFC 2544) and routed nowhere.
 */
export function makeNetwork<Name extends string>(names: readonly Name[]): Network<Name> {
  const tag = `pp${process.pid}`;
  const subnet = `198.18.${process.pid % 256}`;
  const made: string[] = [];
  const remove = (): void => {
    // With a namespace go the cables that end in it.
    for (const name of made.toReversed()) spawnSync("ip", ["netns", "delete", name]);
  };
  const namespace = (name: string): string => {
    ip("netns", "add", name);
    made.push(name);
    ip("-n", name, "link", "set", "lo", "up");
    return name;
  };
  try {
    const hub = namespace(`${tag}-switch`);
    ip("-n", hub, "link", "add", "switch", "type", "bridge", "forward_delay", "0");
    ip("-n", hub, "link", "set", "switch", "up");
    const plug = (port: string, end: readonly string[]): void => {
      ip("-n", hub, "link", "add", port, "type", "veth", "peer", "name", ...end);
      ip("-n", hub, "link", "set", port, "master", "switch", "up");
    };
    const own = `${subnet}.1`;
    plug("own", [tag, "netns", String(process.pid)]);
    ip("address", "add", `${own}/24`, "dev", tag);
    ip("link", "set", tag, "up");
    const hosts = names.map((name, index): [Name, NetworkHost] => {
      const space = namespace(`${tag}-${name}`);
      const address = `${subnet}.${index + 11}`;
      plug(name, ["eth0", "netns", space]);
      ip("-n", space, "address", "add", `${address}/24`, "dev", "eth0");
      ip("-n", space, "link", "set", "eth0", "up");
      // At the switch: the host itself does not see its cable go.
      const cable = (to: "up" | "down"): void => ip("-n", hub, "link", "set", name, to);
      return [
        name,
        {
          address,
          within: ["ip", "netns", "exec", space],
          cutOff: () => cable("down"),
          bringBack: () => cable("up"),
        },
      ];
    });
    return { hosts: Object.fromEntries(hosts) as Record<Name, NetworkHost>, own, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
