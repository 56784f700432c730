/*
 * Build of the web application: html/dist is the root that nginx serves.
 *
 * Beside the bundle it emits what pdf.js loads at run time (character maps,
 * fonts, image decoders, colour profiles) under a versioned path, and a .gz
 * twin of everything that compresses, for gzip_static.
 */
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const require = createRequire(import.meta.url);
const pdfjs = dirname(require.resolve("pdfjs-dist/package.json"));
const pdfjsVersion = (require("pdfjs-dist/package.json") as { version: string }).version;
const pdfjsBase = `/assets/pdfjs-${pdfjsVersion}/`;

/* Below this size a compressed twin saves no packet. */
const MIN_GZIP_BYTES = 1024;

function pdfjsFiles(): Plugin {
  return {
    name: "pdfjs-files",
    apply: "build",
    writeBundle(options) {
      for (const folder of ["cmaps", "standard_fonts", "wasm", "iccs"]) {
        cpSync(join(pdfjs, folder), join(options.dir!, pdfjsBase, folder), { recursive: true });
      }
    },
  };
}

function gzipTwins(): Plugin {
  let root: string;

  return {
    name: "gzip-twins",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      root = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
        const path = join(root, name);

        if (/\.(js|mjs|css|html|json|svg|wasm|ttf|pfb|icc)$/.test(name)
            && statSync(path).size >= MIN_GZIP_BYTES) {
          writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
        }
      }
    },
  };
}

/* What both pages need, and nothing that only the application does. */
const BASE_CHUNK = /node_modules[\\/](preact|@preact)[\\/]|src[\\/](app[\\/](store|theme)|ui[\\/]icons|i18n[\\/]index|styles[\\/](tokens|base|parts))\./;

export default defineConfig({
  define: {
    PDFJS_BASE: JSON.stringify(pdfjsBase),
  },
  build: {
    target: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      /* Two pages: the application, and the one behind a link to questions. */
      input: ["index.html", "ask.html"],
      output: {
        codeSplitting: {
          /* One chunk for what nearly every page needs: fewer, not smaller. */
          groups: [
            { name: "pdfjs", test: /node_modules[\\/]pdfjs-dist/ },
            { name: "base", priority: 2, test: BASE_CHUNK },
            { name: "app", test: /node_modules|src[\\/](api|app|ui)[\\/]|src[\\/]i18n[\\/]index/ },
          ],
        },
      },
    },
  },
  plugins: [pdfjsFiles(), gzipTwins()],
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
    testTimeout: 10_000,
  },
} as Parameters<typeof defineConfig>[0]);
