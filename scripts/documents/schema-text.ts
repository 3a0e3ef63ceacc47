/** Puts a schema into words that a reader takes in at a glance: like a type of TypeScript, with the records by name. */
import * as z from "zod";

/** The part of JSON Schema that our schemas are made of. */
interface Json {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Json[];
  readonly oneOf?: readonly Json[];
  readonly items?: Json;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Json | false;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export class SchemaText {
  readonly #names: ReadonlyMap<string, string>;

  /** `records`: schemas that are shown by their names. */
  constructor(records: Readonly<Record<string, z.core.$ZodType>>) {
    this.#names = new Map(Object.entries(records).map(([name, schema]) => [keyOf(jsonOf(schema)), name]));
  }

  /** `opened`: the schema itself is shown, even where it has a name. */
  write(schema: z.core.$ZodType, opened = false): string {
    const json = jsonOf(schema);
    return opened ? this.#structure(json, "") : this.#text(json, "");
  }

  #text(json: Json, indent: string): string {
    return this.#names.get(keyOf(json)) ?? this.#structure(json, indent);
  }

  #structure(json: Json, indent: string): string {
    const choices = json.anyOf ?? json.oneOf;
    if (choices !== undefined) return choices.map((choice) => this.#text(choice, indent)).join(" | ");
    if (json.const !== undefined) return JSON.stringify(json.const);
    if (json.enum !== undefined) return json.enum.map((value) => JSON.stringify(value)).join(" | ");
    switch (json.type) {
      case "object":
        return this.#object(json, indent);
      case "array":
        return this.#list(this.#text(json.items ?? {}, indent));
      case "integer":
      case "number":
        return "number";
      case undefined:
        return "anything";
      default:
        return json.type;
    }
  }

  #list(entry: string): string {
    return entry.includes(" | ") && !entry.startsWith("{") ? `(${entry})[]` : `${entry}[]`;
  }

  #object({ properties = {}, required = [], additionalProperties }: Json, indent: string): string {
    const inner = `${indent}  `;
    const lines = Object.entries(properties).map(([key, json]) => {
      const remark = remarkOf(json);
      const sign = required.includes(key) ? "" : "?";
      return `${inner}${key}${sign}: ${this.#text(json, inner)}${remark === "" ? "" : `  // ${remark}`}`;
    });
    if (lines.length > 0) return `{\n${lines.join("\n")}\n${indent}}`;
    const rest =
      additionalProperties === undefined || additionalProperties === false ? undefined : additionalProperties;
    return rest === undefined ? "{}" : `{ [key]: ${this.#text(rest, indent)} }`;
  }
}

function remarkOf({ description, type, minimum, maximum, maxLength }: Json): string {
  const size = maxLength === undefined ? undefined : `at most ${maxLength} characters`;
  const isBounded = type === "integer" && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const range = isBounded ? `${minimum ?? 0} to ${maximum}` : undefined;
  return [description, size, range].filter((part) => part !== undefined).join("; ");
}

function jsonOf(schema: z.core.$ZodType): Json {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
}

/** The same for the same schema wherever it stands, whatever is remarked about it there. */
function keyOf(json: Json): string {
  return JSON.stringify(json, (key, value: unknown) =>
    key === "description" || key === "$schema" ? undefined : value,
  );
}
