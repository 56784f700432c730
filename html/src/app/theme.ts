/* Light, dark or as the system says: an attribute that tokens.css reads. */
import { effect, signal } from "@preact/signals";
import { store } from "./store";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "paperal.theme";
const stored = store.get(KEY) as Theme | null;

export const theme = signal<Theme>(stored !== null && THEMES.includes(stored) ? stored : "system");

export function setTheme(next: Theme): void {
  theme.value = next;
  store.set(KEY, next);
}

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});
