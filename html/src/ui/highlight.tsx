/*
 * A fragment of found text: the server puts the found words between <mark>
 * and </mark>; everything else, whatever it looks like, is text.
 */
export function splitMarks(text: string): { text: string; marked: boolean }[] {
  const parts: { text: string; marked: boolean }[] = [];
  let marked = false;

  for (const piece of text.split(/(<mark>|<\/mark>)/)) {
    if (piece === "<mark>") {
      marked = true;
    } else if (piece === "</mark>") {
      marked = false;
    } else if (piece !== "") {
      parts.push({ text: piece, marked });
    }
  }

  return parts;
}

export function Highlight({ text }: { text: string }) {
  return <>{splitMarks(text).map((p, i) => p.marked ? <mark key={i}>{p.text}</mark> : p.text)}</>;
}
