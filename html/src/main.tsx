import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/pages.css";
import "./styles/pdf.css";
import "./styles/review.css";
import { render } from "preact";
import { App } from "./app/app";
import { loadSession } from "./app/session";
import "./app/theme";
import { initialLanguage, setLanguage } from "./i18n";

await setLanguage(initialLanguage());
void loadSession();
render(<App />, document.getElementById("app")!);
