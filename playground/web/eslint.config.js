import js from "@eslint/js";
import accessibility from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["node_modules"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [...typescript.configs.strictTypeChecked, ...typescript.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      // Numbers read well inside texts.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Handlers may be one expression long.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "max-lines": ["error", 150],
    },
  },
  { files: ["**/*.tsx"], ...accessibility.flatConfigs.strict },
  { files: ["**/*.{ts,tsx}"], ...hooks.configs.flat.recommended },
);
