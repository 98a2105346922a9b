import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const PLAYGROUND = "http://127.0.0.1:3210";
// The playground takes clicks from its own page only.
const asItsOwn = { target: PLAYGROUND, changeOrigin: true, headers: { origin: PLAYGROUND } };

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../page/bundle",
    emptyOutDir: true,
    target: "es2022",
    // The page's content security policy allows nothing inline, so nothing is inlined.
    assetsInlineLimit: 0,
    // What the licences of the libraries in the bundle ask for.
    license: { fileName: "licenses.md" },
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1300,
  },
  server: { proxy: { "/api": asItsOwn, "/files": asItsOwn } },
  test: { include: ["src/**/*.test.ts"] },
});
