/* Found text: the server's ranges, in code points, become marks. */
import type { Schemas } from "../api/client";

type Found = Schemas["SearchHighlight"];

export function splitRanges(text: string, ranges: number[][]): { text: string; marked: boolean }[] {
  const points = Array.from(text);
  const parts: { text: string; marked: boolean }[] = [];
  let at = 0;

  const push = (from: number, to: number, marked: boolean) => {
    if (to > from) {
      parts.push({ text: points.slice(from, to).join(""), marked });
    }
  };

  for (const [from, to] of ranges) {
    if (from === undefined || to === undefined || from < at || to > points.length) {
      continue;
    }

    push(at, from, false);
    push(from, to, true);
    at = to;
  }

  push(at, points.length, false);
  return parts;
}

export function Highlight({ found }: { found: Found }) {
  return (
    <>{splitRanges(found.text, found.ranges).map((p, i) => p.marked ? <mark key={i}>{p.text}</mark> : p.text)}</>
  );
}
