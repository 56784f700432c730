/* Our own line icons on a 24-unit grid; decoration only, never the label. */
const paths = {
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l5 5",
  upload: "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  restore: "M4 9h11a5 5 0 0 1 0 10H8M4 9l4-4M4 9l4 4",
  close: "M5 5l14 14M19 5L5 19",
  menu: "M4 6h16M4 12h16M4 18h16",
  check: "M4 12l6 6L20 6",
  question: "M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17.500v.500M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z",
  warn: "M12 3l10 18H2zM12 10v5M12 17.500v.500",
  no: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM6 6l12 12",
  quote: "M5 7h5v5c0 3-1 4-4 5M14 7h5v5c0 3-1 4-4 5",
  page: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  edit: "M4 20h4L20 8l-4-4L4 16z",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3 3",
  play: "M7 4l13 8-13 8z",
  stop: "M6 6h12v12H6z",
  download: "M12 4v12M7 11l5 5 5-5M4 20h16",
  send: "M4 12l16-8-6 16-3-7zM11 13l9-9",
  house: "M4 11l8-7 8 7M6 10v10h12V10M10 20v-6h4v6",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  unlock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 7.500-2",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  user: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c0-5 4-7 8-7s8 2 8 7",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

export function Logo() {
  return (
    <svg class="logo" width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M7 3h12l7 7v19H7z" class="logo-sheet" />
      <path d="M19 3v7h7z" class="logo-fold" />
      <path d="M10.500 13.500h12v4.500h-12z" class="logo-mark" />
      <path d="M10.500 20.500h12v1.800h-12zM10.500 24.200h7v1.800h-7z" class="logo-line" />
    </svg>
  );
}
