import { Counter, Gauge, type Registry } from "prom-client";

/** Adds a metric whose values are read when they are asked for, all of them anew. */
export type AddFamily = <Label extends string>(
  name: string,
  help: string,
  labels: readonly Label[],
  collect: (give: (labels: Record<Label, string>, value: number) => void) => void,
) => void;

/** The two kinds of metrics that are read from elsewhere. */
export interface MetricFamilies {
  readonly counter: AddFamily;
  /** A value that is not given is not there: what is not known is not zero. */
  readonly gauge: AddFamily;
}

/** Metrics of a registry. */
export function metricFamilies(registry: Registry): MetricFamilies {
  return {
    counter: (name, help, labelNames, collect) => {
      const counter = new Counter({
        name,
        help,
        labelNames,
        registers: [registry],
        collect: () => {
          counter.reset();
          collect((labels, value) => counter.inc(labels, value));
        },
      });
    },
    gauge: (name, help, labelNames, collect) => {
      const gauge = new Gauge({
        name,
        help,
        labelNames,
        registers: [registry],
        collect: () => {
          gauge.reset();
          // To reset a gauge without labels is to set it to zero.
          if (labelNames.length === 0) gauge.remove();
          collect((labels, value) => gauge.set(labels, value));
        },
      });
    },
  };
}
