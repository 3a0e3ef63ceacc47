/** The linter's rules: the strictest of typescript-eslint, and what STYLE.md asks that a linter can see. */
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** The layers that decide: they are given the time, randomness and everything else. */
const pureLayers = [
  "src/base/**",
  "src/protocols/**",
  "src/core/**",
  "src/networks/**",
  "src/store/memory/**",
  "src/servers/**",
  "src/sim/**",
];
const tests = ["**/*.test.ts", "**/testing.ts", "**/testing/**", "test/**", "bench/**"];

const clockAndDice = [
  "Date",
  "performance",
  "crypto",
  "process",
  "Buffer",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
  "console",
].map((name) => ({ name, message: "A pure layer is given this by its caller." }));

const markupFromText = ["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({
  property,
  message: "Build nodes; text from others never becomes markup.",
}));

const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name, so that a thing is called the same everywhere.",
};
const noDangerousHtml = {
  selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
  message: "Build nodes; text from others never becomes markup.",
};

export default defineConfig(
  { ignores: ["dist/", ".toolchain/", "coverage/", "**/fixtures/**", "src/pure-globals.d.ts"] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-exports": "error",
      // Rows and stored JSON are read with the shape that the caller knows they were written with.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { allowDefaultCaseForExhaustiveSwitch: true, requireDefaultForNonUnion: true },
      ],
      "@typescript-eslint/max-params": ["error", { max: 4 }],
      eqeqeq: "error",
      "no-param-reassign": "error",
      "prefer-const": "error",
      "no-restricted-properties": ["error", ...markupFromText],
      "no-restricted-syntax": ["error", noDefaultExport, noDangerousHtml],
    },
  },
  {
    files: pureLayers,
    ignores: tests,
    rules: {
      "no-restricted-globals": ["error", ...clockAndDice],
      "no-restricted-properties": [
        "error",
        ...markupFromText,
        { object: "Math", property: "random", message: "Randomness comes by constructor." },
      ],
    },
  },
  {
    files: tests,
    rules: {
      // `expect(port.send)` names a method, it does not call it.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: ["**/*.mjs"],
    rules: {
      // JSDoc has no casts that the linter could tell from idle ones.
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/prefer-readonly": "off",
      // The compiler checks these files too and knows Node's globals.
      "no-undef": "off",
    },
  },
  {
    files: ["*.config.*"],
    rules: { "no-restricted-syntax": "off" },
  },
);
