/*
 * pdf.js, loaded on first use.  Creating a worker is a Trusted Types sink:
 * the policy named in the server's header passes one URL, that of our worker.
 */
import type * as PdfJs from "pdfjs-dist/legacy/build/pdf.mjs";
import workerUrl from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?url";
import type { PageSize } from "./geometry";

export type PdfDocument = PdfJs.PDFDocumentProxy;
export type PdfPage = PdfJs.PDFPageProxy;

declare const PDFJS_BASE: string;

const MAX_PAGES = 500;
const RANGE_BYTES = 1 << 20;

interface Policy {
  createScriptURL(url: string): string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

let loading: Promise<typeof PdfJs> | null = null;
let worker: PdfJs.PDFWorker | null = null;

function trustedWorkerUrl(): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;

  if (factory === undefined) {
    return workerUrl;
  }

  return factory.createPolicy("paperal-worker", {
    createScriptURL(url) {
      if (url !== workerUrl) {
        throw new TypeError("not the worker of this application");
      }

      return url;
    },
  }).createScriptURL(workerUrl);
}

async function load(): Promise<typeof PdfJs> {
  loading ??= import("pdfjs-dist/legacy/build/pdf.min.mjs").then((module) => {
    const pdfjs = module as typeof PdfJs;
    const port = new Worker(trustedWorkerUrl(), { type: "module" });

    worker = new pdfjs.PDFWorker({ port } as never);
    return pdfjs;
  });

  return loading;
}

export interface OpenPdf {
  document: PdfDocument;
  sizes: PageSize[];
  close(): void;
}

export async function openPdf(url: string, signal: AbortSignal): Promise<OpenPdf> {
  const pdfjs = await load();

  signal.throwIfAborted();

  const task = pdfjs.getDocument({
    url,
    worker: worker!,
    rangeChunkSize: RANGE_BYTES,
    cMapUrl: `${PDFJS_BASE}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${PDFJS_BASE}standard_fonts/`,
    wasmUrl: `${PDFJS_BASE}wasm/`,
    iccUrl: `${PDFJS_BASE}iccs/`,
    /* Fonts a PDF names but lacks: ours, so that pages look alike anywhere. */
    useSystemFonts: false,
    enableXfa: false,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });

  signal.addEventListener("abort", () => void task.destroy(), { once: true });

  const document = await task.promise;
  const count = Math.min(document.numPages, MAX_PAGES);
  const sizes = await Promise.all(Array.from({ length: count }, async (_, i) => {
    const page = await document.getPage(i + 1);
    const view = page.getViewport({ scale: 1 / page.userUnit });

    return { width: view.width, height: view.height };
  }));

  return { document, sizes, close: () => void task.destroy() };
}

/* An error of pdf.js that says the server refused the file, and how. */
export function httpStatus(error: unknown): number | null {
  const status = (error as { status?: unknown }).status;

  return typeof status === "number" ? status : null;
}
