import type { BenchReport } from "./report.ts";
import { spreadOf, type Spread } from "./statistics.ts";
import * as named from "../rows/names.ts";

/** The colours of a picture. */
export type Theme = "light" | "dark";

const COLOURS = {
  light: { text: "#1f2328", quiet: "#59636e", ours: "#0969da", others: "#b8c0c8", mark: "#1f2328" },
  dark: { text: "#f0f6fc", quiet: "#9198a1", ours: "#4493f8", others: "#4d555e", mark: "#f0f6fc" },
} as const satisfies Record<Theme, Record<string, string>>;

interface Bars {
  readonly title: string;
  readonly better: string;
  readonly bars: readonly { readonly name: string; readonly spread: Spread }[];
  readonly word: (figure: number) => string;
}

const WIDTH = 920;
const PANEL = { width: 440, gap: 40, label: 176, value: 76, line: 24, head: 44, foot: 20 };

/** Four plots in one picture: pulls a second, CPU a pull, latency and memory. SVG, on no background of its own. */
export function plotOf(report: BenchReport, theme: Theme): string {
  const panels = panelsOf(report).filter(({ bars }) => bars.length > 0);
  const heights = panels.map(({ bars }) => PANEL.head + bars.length * PANEL.line + PANEL.foot);
  const parts: string[] = [];
  let top = 0;
  for (let at = 0; at < panels.length; at += 2) {
    for (const side of [0, 1]) {
      const panel = panels[at + side];
      if (panel === undefined) continue;
      const left = side * (PANEL.width + PANEL.gap);
      parts.push(`<g transform="translate(${left} ${top})">${panelSvg(panel, theme)}</g>`);
    }
    top += Math.max(heights[at] ?? 0, heights[at + 1] ?? 0);
  }
  const { text } = COLOURS[theme];
  const font = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
  const title = `Pulls a second, CPU a pull, latency and memory, measured ${report.date}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img" font-family="${font}" font-size="13" fill="${text}"><title>${title}</title>${parts.join("")}</svg>\n`;
}

function panelsOf(report: BenchReport): readonly Bars[] {
  const samplesOf = (group: string) =>
    report.groups.find(({ name }) => name === group)?.samples ?? {};
  const bars = (group: string, figure: "rate" | "cpu" | "p50"): Bars["bars"] =>
    Object.entries(samplesOf(group))
      // A measure for us, and nobody's proxy.
      .filter(([name]) => name !== named.PASS_ON)
      .map(([name, list]) => ({
        name,
        spread: spreadOf(list.map((sample) => sample[figure] ?? Number.NaN)),
      }));
  const memory = report.groups.find(({ name }) => name === "memory")?.rows ?? [];
  const connections = "memory for each of 1000 idle connections: ";
  return [
    {
      title: "Small pulls a second, one core",
      better: "more is better",
      bars: bars("small-pulls", "rate"),
      word: (figure) => `${(figure / 1000).toFixed(1)}k`,
    },
    {
      title: "CPU a pull",
      better: "less is better",
      bars: bars("small-pulls", "cpu"),
      word: micro,
    },
    {
      title: "Median latency at 3,000 pulls a second",
      better: "less is better",
      bars: bars("latency", "p50"),
      word: micro,
    },
    {
      title: "Memory for each of 1,000 idle connections",
      better: "less is better",
      bars: memory
        .filter(({ what }) => what.startsWith(connections))
        .map(({ what, measured }) => ({ name: what.slice(connections.length), spread: measured })),
      word: (figure) => `${figure.toFixed(0)} KiB`,
    },
  ];
}

function panelSvg({ title, better, bars, word }: Bars, theme: Theme): string {
  const colours = COLOURS[theme];
  const room = PANEL.width - PANEL.label - PANEL.value;
  const most = Math.max(...bars.map(({ spread }) => spread.most));
  const x = (figure: number): number => round(PANEL.label + (figure / most) * room);
  const lines = bars.map(({ name, spread }, at) => {
    const y = PANEL.head + at * PANEL.line;
    const isOurs = name.startsWith(named.OURS);
    const middle = y + 8;
    const text = y + 12.5;
    return [
      `<text x="${PANEL.label - 8}" y="${text}" text-anchor="end"${isOurs ? ' font-weight="600"' : ""}>${escaped(name)}</text>`,
      `<rect x="${PANEL.label}" y="${y}" width="${round(x(spread.median) - PANEL.label)}" height="16" rx="2" fill="${isOurs ? colours.ours : colours.others}"/>`,
      // From the least round to the most.
      `<path d="M${x(spread.least)} ${middle}H${x(spread.most)}M${x(spread.least)} ${middle - 3}v6M${x(spread.most)} ${middle - 3}v6" stroke="${colours.mark}" stroke-opacity=".7" fill="none"/>`,
      `<text x="${x(Math.max(spread.median, spread.most)) + 6}" y="${text}" fill="${colours.quiet}">${word(spread.median)}</text>`,
    ].join("");
  });
  return [
    `<text x="0" y="16" font-size="14" font-weight="600">${escaped(title)}</text>`,
    `<text x="0" y="33" font-size="12" fill="${colours.quiet}">${better}; the thin line goes from the least round to the most</text>`,
    ...lines,
  ].join("");
}

function micro(figure: number): string {
  return `${figure.toFixed(figure < 100 ? 1 : 0)} µs`;
}

function round(figure: number): number {
  return Math.round(figure * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
