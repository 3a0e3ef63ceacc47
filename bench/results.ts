/** Puts figures into a table, for the terminal and for the page that is published. */
import { cpus, release, totalmem } from "node:os";
import { isMet, ratioOf, summaryOf } from "./figure.ts";
import type { Aim, Figure } from "./figure.ts";

export interface Run {
  readonly date: string;
  readonly command: string;
  readonly quick: boolean;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly name: string;
  readonly figures: readonly Figure[];
}

const columns = ["what", "median", "least .. most", "raw limit in the same run", "ratio", "our aim", "met"];

export function pageOf({ date, command, quick, sections }: Run): string {
  const warning = quick ? ["**A quick run: far too few repetitions to be believed.**", ""] : [];
  return [
    "<!-- Written by `npm run bench -- --date …`. -->",
    "<!-- prettier-ignore-start -->",
    "",
    "# Figures",
    "",
    ...warning,
    `Taken on ${date} with \`${command}\`. How to read them: [README.md](README.md).`,
    "",
    ...machineFacts().map((fact) => `- ${fact}`),
    ...sections.flatMap(({ name, figures }) => ["", `## ${name}`, "", ...tableOf(figures)]),
    "",
    "<!-- prettier-ignore-end -->",
    "",
  ].join("\n");
}

export function tableOf(figures: readonly Figure[]): readonly string[] {
  return [row(columns), row(columns.map(() => "---")), ...figures.map((figure) => row(cellsOf(figure)))];
}

/** Of what kind the machine is; nothing by which it or anybody could be known. */
function machineFacts(): readonly string[] {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? "unknown";
  return [
    `${processors.length} processors (${model}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    `${process.platform} ${release().split(".", 2).join(".")}, Node ${process.versions.node}`,
  ];
}

function cellsOf(figure: Figure): readonly string[] {
  const { what, values, unit, raw, aim } = figure;
  const { median, least, most } = summaryOf(values);
  const met = isMet(figure);
  return [
    what,
    `${amount(median)} ${unit}`,
    `${amount(least)} .. ${amount(most)}`,
    `${raw.what}: ${amount(summaryOf(raw.values).median)}`,
    `${amount(ratioOf(figure))} ×`,
    aim === undefined ? "" : wordsOf(aim),
    met === undefined ? "" : met ? "yes" : "**no**",
  ];
}

function wordsOf(aim: Aim): string {
  return "atMost" in aim ? `≤ ${amount(aim.atMost)}` : `≥ ${amount(aim.atLeast)}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Three figures: no measurement here knows more. */
function amount(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
