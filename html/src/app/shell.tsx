/* The frame of every page: skip link, bar with navigation and menu, main. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { uploads } from "../api/uploads";
import { language, setLanguage, t, type Key } from "../i18n";
import { Icon, Logo } from "../ui/icons";
import { toast } from "../ui/toasts";
import { errorText } from "../ui/errors";
import { useNavigation } from "./navigation";
import { atSignOut, signOut, user } from "./session";
import { setTheme, theme, THEMES } from "./theme";

const LINKS: [string, Key][] = [["/", "nav.home"], ["/papers", "nav.papers"], ["/upload", "nav.upload"]];

atSignOut(() => uploads.reset());

function isCurrent(path: string, href: string): boolean {
  if (href === "/papers" && path.startsWith("/analyses/")) {
    return true;
  }

  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}

function Links({ onFollow }: { onFollow?: () => void }) {
  const { path } = useNavigation();
  const sending = uploads.unfinished.value;

  return (
    <ul>
      {LINKS.map(([href, key]) => (
        <li key={href}>
          <a href={href} aria-current={isCurrent(path, href) ? "page" : undefined} onClick={onFollow}>
            {t(key)}
            {href === "/upload" && sending > 0 && (
              <span class="nav-count">
                {sending}
                <span class="sr-only"> {t("upload.in_queue", { n: sending })}</span>
              </span>
            )}
          </a>
        </li>
      ))}
    </ul>
  );
}

export function LanguageButton() {
  const other = language.value === "en" ? "zh" : "en";

  return (
    <button type="button" class="bar-button" lang={other === "zh" ? "zh-CN" : "en"}
      onClick={() => void setLanguage(other)}>
      {other === "zh" ? "中文" : "English"}
    </button>
  );
}

export function ThemeChoice() {
  return (
    <fieldset class="choice">
      <legend>{t("theme.label")}</legend>
      <div class="segments">
        {THEMES.map((name) => (
          <label key={name}>
            <input type="radio" name="theme" value={name} checked={theme.value === name}
              onChange={() => setTheme(name)} />
            <span>{t(`theme.${name}` as Key)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Menu() {
  const ref = useRef<HTMLDivElement>(null);
  const { go } = useNavigation();
  const who = user.value;
  const close = () => ref.current?.hidePopover();

  async function leave(): Promise<void> {
    close();

    try {
      await signOut();
      go("/login");
    } catch (error) {
      toast(errorText(error), "error");
    }
  }

  return (
    <>
      <button type="button" class="bar-button bar-icon" popovertarget="menu" aria-label={t("nav.menu")}>
        <Icon name="menu" />
      </button>
      <div id="menu" class="menu" popover="auto" ref={ref}>
        {who && (
          <>
            <p class="menu-user">
              <strong dir="auto">{who.name}</strong>
              <span class="small muted">{who.email}</span>
            </p>
            <nav class="menu-nav" aria-label={t("nav.label")}><Links onFollow={close} /></nav>
          </>
        )}
        <ThemeChoice />
        {who && (
          <ul class="menu-list">
            <li><a href="/settings/profile" onClick={close}>{t("nav.settings")}</a></li>
            <li><button type="button" onClick={() => void leave()}>{t("action.sign_out")}</button></li>
          </ul>
        )}
      </div>
    </>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  const who = user.value;

  return (
    <>
      <a class="skip-link" href="#main">{t("nav.skip")}</a>
      <header class="bar">
        <a class="brand" href="/"><Logo />Paperal</a>
        {who && <nav class="bar-nav" aria-label={t("nav.label")}><Links /></nav>}
        <div class="bar-end">
          <LanguageButton />
          <Menu />
        </div>
      </header>
      <main id="main" tabIndex={-1}>{children}</main>
    </>
  );
}
