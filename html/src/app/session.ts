/*
 * Who is signed in.  The cookie is out of the script's sight, so a mark in
 * localStorage tells whether asking for /users/me makes sense; without it a
 * visitor's first page would log a 401.
 */
import { signal } from "@preact/signals";
import { client, setSessionLostHandler, unwrap, type Schemas, type User } from "../api/client";
import { queryClient } from "../api/query";
import { meQuery } from "../api/resources";
import { setLanguage } from "../i18n";
import { store } from "./store";

const MARK = "paperal.signed-in";

/* undefined: not known yet; null: nobody. */
export const user = signal<User | null | undefined>(undefined);

/* The session ended under the user's hands: a dialog asks for the password. */
export const sessionLost = signal(false);

/* The first question could not be answered: the server is out of reach. */
export const startError = signal<Error | null>(null);

const onSignOut: (() => void)[] = [];

export function atSignOut(action: () => void): void {
  onSignOut.push(action);
}

setSessionLostHandler(() => {
  if (user.peek()) {
    sessionLost.value = true;
  }
});

export async function loadSession(): Promise<void> {
  startError.value = null;

  if (store.get(MARK) === null) {
    user.value = null;
    return;
  }

  try {
    const me = await queryClient.fetchQuery(meQuery());

    await setLanguage(me.language);
    user.value = me;
  } catch (error) {
    const status = (error as { status?: number }).status;

    if (status === 401 || status === 403) {
      store.remove(MARK);
      user.value = null;
      return;
    }

    startError.value = error as Error;
  }
}

export async function signIn(body: Schemas["SessionCredentials"]): Promise<void> {
  const { data } = await unwrap(client.POST("/auth/session", { body }), true);
  const before = user.peek();

  store.set(MARK, "1");

  if (before !== null && before !== undefined && before.id !== data.user.id) {
    queryClient.clear();
  }

  queryClient.setQueryData(["me"], data.user);
  await setLanguage(data.user.language);
  user.value = data.user;
  sessionLost.value = false;

  if (before) {
    void queryClient.invalidateQueries();
  }
}

/* Registration answers with tokens for programs; a browser wants the cookie. */
export async function register(body: Schemas["Registration"]): Promise<void> {
  await unwrap(client.POST("/auth/register", { body }), true);
  await signIn({ email: body.email, password: body.password, remember: false });
}

export async function signOut(): Promise<void> {
  try {
    await unwrap(client.DELETE("/auth/session"), true);
  } catch (error) {
    if ((error as { status?: number }).status !== 401) {
      throw error;
    }
  }

  endSession();
}

/* Forgets everything of the user in this tab. */
export function endSession(): void {
  store.remove(MARK);
  onSignOut.forEach((action) => action());
  user.value = null;
  sessionLost.value = false;
  queryClient.clear();
}
