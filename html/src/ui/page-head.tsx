/*
 * The heading of a page.  It names the document, and takes the focus after a
 * change of page, so that a screen reader starts there.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

let lastPath = location.pathname;
let navigated = false;

interface Props {
  title: string;
  lead?: ComponentChildren;
  actions?: ComponentChildren;
}

export function PageHead({ title, lead, actions }: Props) {
  const ref = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · Paperal`;
  }, [title]);

  useEffect(() => {
    navigated ||= location.pathname !== lastPath;

    /* A page may show one heading while it loads and another after. */
    if (location.pathname !== lastPath || (navigated && document.activeElement === document.body)) {
      ref.current?.focus({ preventScroll: true });
    }

    lastPath = location.pathname;
  }, []);

  return (
    <header class="page-head">
      <div class="page-head-text">
        <h1 ref={ref} tabIndex={-1}>{title}</h1>
        {lead}
      </div>
      {actions !== undefined && <div class="page-actions">{actions}</div>}
    </header>
  );
}
