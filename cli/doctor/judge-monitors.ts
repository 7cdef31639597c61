import type { LoadBalancer } from "../observe/zone-facts.ts";
import { good, problem, type Shown } from "./diagnosis.ts";

/**
 * Whether a load balancer's monitors can show a pull certificate. One that cannot takes its pool out of service the minute
 * that the origin enforces, with every pull that it would have served.
 */
export function judgeMonitors({ pools }: LoadBalancer, zone: string): Shown {
  const bare = pools.filter(
    ({ monitor }) => monitor?.type === "https" && monitor.probeZone !== zone,
  );
  if (bare.length === 0) return good("every https monitor simulates the zone, or there is none");
  return problem(
    `the monitors of ${bare.map(({ name }) => name).join(", ")} show no pull certificate: the pool is taken out of service as soon as the origin enforces`,
    `Traffic > Load Balancing > Monitors: set "Simulate Zone" to ${zone}`,
  );
}
