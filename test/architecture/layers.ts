/** The layers of src, who may import whom, and which layer may use which package: the tables the rules read. */

/**
 * A pattern names a layer ("core/ports"), a layer with all below it ("networks/*"), or the protocol that has the importer's own
 * name ("protocols/="). A type is lighter than a value: "types:core" lets only types through.
 */
interface Layer {
  readonly layer: string;
  readonly may: readonly string[];
  /** Whether it may use Node's own modules; what it may not use, the compiler refuses as well. */
  readonly node?: true;
}

const driven = ["protocols/=", "protocols/machine", "core/ports"];

/** The first that fits a path is its layer. Everybody may import base and their own layer. */
export const layers: readonly Layer[] = [
  { layer: "base", may: [] },
  { layer: "protocols/machine", may: [] },
  { layer: "protocols/*", may: ["protocols/machine"] },
  { layer: "core/ports", may: ["core", "core/model"] },
  { layer: "core/model", may: ["core", "core/ports"] },
  { layer: "core", may: ["core/ports", "core/model"] },
  { layer: "io", may: ["protocols/machine", "core/ports"], node: true },
  { layer: "store/sqlite", may: ["store", "core/ports", "core/model", "io"], node: true },
  { layer: "store/memory", may: ["store", "core/ports", "core/model"] },
  { layer: "store", may: ["core/ports", "core/model"] },
  { layer: "networks/*", may: [...driven, "types:core/model"] },
  { layer: "servers/*", may: driven },
  // The part of the client that only programs outside a browser use: the local socket.
  { layer: "api/node", may: ["api"], node: true },
  { layer: "api", may: ["types:core", "types:core/ports", "types:core/model"] },
  {
    layer: "daemon",
    may: [
      "core",
      "core/ports",
      "core/model",
      "networks/*",
      "servers/*",
      "store",
      "store/*",
      "io",
      "api",
      "api/node",
    ],
    node: true,
  },
  { layer: "faces/model", may: ["api"] },
  { layer: "faces/*", may: ["api", "api/node", "faces/model"], node: true },
  {
    layer: "sim",
    may: [
      "protocols/*",
      "core",
      "core/ports",
      "core/model",
      "networks/*",
      "store",
      "store/memory",
      "servers/*",
    ],
  },
  { layer: "bin", may: ["daemon", "faces/*", "sim"], node: true },
];

/** A test may also use what stands in for the world. */
export const testsMayAlso = ["store/memory", "networks/memory", "sim"];

/** Every package the program ships with, and the layers that may import it. A package is added here and nowhere else. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  "better-sqlite3-multiple-ciphers": ["store/sqlite"],
  commander: ["faces/cli"],
  "env-paths": ["daemon"],
  "json-rpc-2.0": ["api", "daemon"],
  pino: ["io"],
  "smol-toml": ["daemon"],
  ws: ["daemon"],
  zod: ["api", "networks/*", "daemon"],
};

/** Where a path under src belongs: "networks/lan", "core/ports", "base"; undefined where no layer is foreseen. */
export function layerOf(path: string): string | undefined {
  const place = path.replace(/^src\//, "").replace(/\.(test\.)?tsx?$/, "");
  for (const { layer } of layers) {
    const folder = layer.replace("/*", "");
    if (!layer.endsWith("/*")) {
      if (place === folder || place.startsWith(`${folder}/`)) return layer;
    } else if (place.startsWith(`${folder}/`) && place.split("/").length > 2)
      return place.split("/").slice(0, 2).join("/");
  }
  return undefined;
}

export function entryOf(layer: string): Layer | undefined {
  return layers.find((entry) => fits(entry.layer, layer));
}

/** Whether `layer` is what the pattern means, for an importer of the layer `from`. */
export function fits(pattern: string, layer: string, from = ""): boolean {
  const wanted = pattern.replace("=", from.split("/")[1] ?? "");
  return wanted.endsWith("/*") ? layer.startsWith(wanted.slice(0, -1)) : wanted === layer;
}
