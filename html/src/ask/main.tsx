/* The page behind a link to questions: small, and nobody is signed in. */
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/parts.css";
import "../styles/ask.css";
import { render } from "preact";
import "../app/theme";
import { initialLanguage, onlyWords, setLanguage } from "../i18n";
import { AskPage } from "./page";

onlyWords("ask");
await setLanguage(initialLanguage());

const code = /^\/q\/([^/]+)\/?$/.exec(location.pathname)?.[1] ?? "";

render(<AskPage code={decodeURIComponent(code)} />, document.getElementById("app")!);
