/*
 * The application: who is signed in decides between the two sets of pages;
 * every page but the first ones is a chunk of its own.
 */
import { LocationProvider, Route, Router, lazy } from "preact-iso";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { watchUpdates } from "../api/updates";
import { loadWords, t } from "../i18n";
import { ErrorBox } from "../ui/errors";
import { Toasts } from "../ui/toasts";
import { PageHead } from "../ui/page-head";
import { DropArea } from "./drop-area";
import { safeNext, useNavigation } from "./navigation";
import { SessionLostDialog } from "./session-lost";
import { loadSession, startError, user } from "./session";
import { Shell } from "./shell";

const Home = lazy(() => import("../pages/home"));
const Papers = lazy(() => import("../pages/papers"));
const Upload = lazy(() => import("../pages/upload"));
const PaperPage = lazy(() => import("../pages/paper"));
const AnalysisPage = lazy(async () => {
  const [page] = await Promise.all([import("../pages/analysis"), loadWords("result")]);

  return page;
});
const DiffPage = lazy(async () => {
  const [page] = await Promise.all([import("../pages/diff"), loadWords("result", "review", "run")]);

  return page;
});
const Settings = lazy(() => import("../pages/settings"));
const Login = lazy(() => import("../pages/login"));
const Register = lazy(() => import("../pages/register"));
const NotFound = lazy(() => import("../pages/not-found"));

export function App() {
  return (
    <LocationProvider>
      <Shell>
        <Boundary>
          <Pages />
        </Boundary>
      </Shell>
      <Toasts />
    </LocationProvider>
  );
}

function Pages() {
  const { url, path, query, go } = useNavigation();
  const [loading, setLoading] = useState(false);
  const who = user.value;
  const isEntry = path === "/login" || path === "/register";

  useEffect(() => {
    if (who === null && !isEntry) {
      go(path === "/" ? "/login" : `/login?next=${encodeURIComponent(url)}`, true);

    } else if (who && isEntry) {
      go(safeNext(query.get("next")), true);
    }
  }, [who, isEntry]);

  useEffect(() => who ? watchUpdates() : undefined, [who?.id]);

  if (startError.value !== null) {
    return (
      <>
        <PageHead title={t("error.title")} />
        <ErrorBox error={startError.value} onRetry={() => void loadSession()} />
      </>
    );
  }

  if (who === undefined || (who === null) !== isEntry) {
    return <p class="page-loading" role="status">{t("state.loading")}</p>;
  }

  if (who === null) {
    return (
      <Router>
        <Route path="/register" component={Register} />
        <Route default component={Login} />
      </Router>
    );
  }

  return (
    <div class="page" aria-busy={loading}>
      <Router onLoadStart={() => setLoading(true)} onLoadEnd={() => setLoading(false)}>
        <Route path="/" component={Home} />
        <Route path="/papers" component={Papers} />
        <Route path="/upload" component={Upload} />
        <Route path="/papers/:id" component={PaperPage} />
        <Route path="/analyses/:id" component={AnalysisPage} />
        <Route path="/analyses/:id/diff/:other?" component={DiffPage} />
        <Route path="/settings/profile" component={Settings} />
        <Route default component={NotFound} />
      </Router>
      <DropArea />
      <SessionLostDialog />
    </div>
  );
}

/* A page that broke says so and offers another try; the frame stays usable. */
function Boundary({ children }: { children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary((cause: unknown) => console.error(cause));
  const { path } = useNavigation();

  useEffect(() => {
    if (error !== undefined) {
      reset();
    }
  }, [path]);

  if (error !== undefined) {
    return (
      <>
        <PageHead title={t("error.title")} />
        <ErrorBox error={error} onRetry={reset} />
      </>
    );
  }

  return <>{children}</>;
}
