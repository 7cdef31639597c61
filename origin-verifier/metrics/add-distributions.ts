import { AggregatorRegistry } from "prom-client";

/** The sum of one distribution in several processes, as plain as each of them. At least one is given. */
export function addDistributions(all: readonly object[]): object {
  const registry = AggregatorRegistry.aggregate(all.map((one) => [one]));
  const [added] = registry.getMetricsAsArray();
  return added ?? {};
}
