import { BROWSER_DOOR } from '../contract/browser-door';

/**
 * The page that signs a browser in. It is shown where a link leads, and wherever the screens are asked for without a session. It holds
 * nothing, so anybody may load it: what counts is the token in its fragment, which no browser sends, and what its script finds in the
 * local storage.
 */
export const enterPage = (nonce: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Atoll</title>
    <style nonce="${nonce}">
      body { font: 1rem/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 40rem; padding: 0 1rem; }
    </style>
  </head>
  <body>
    <main>
      <h1>Atoll</h1>
      <p id="state" role="status">Signing in…</p>
      <noscript>Atoll's screens need JavaScript. The same things can be done in a terminal: atoll --help</noscript>
    </main>
    <script src="${BROWSER_DOOR.enterScript}"></script>
  </body>
</html>
`;

/**
 * Its script. The token leaves the address before anything is sent. A browser whose cookie for the screens is gone (another server on
 * this address can overwrite it) gets a new one for its session's other secrets.
 */
export const ENTER_SCRIPT = `'use strict';
(async () => {
  const state = document.getElementById('state');
  const say = (text) => { state.textContent = text; };
  const isEntrance = location.pathname === ${JSON.stringify(BROWSER_DOOR.enter)};
  const token = isEntrance ? location.hash.slice(1) : '';
  if (token !== '') history.replaceState(null, '', location.pathname);
  const read = () => {
    try {
      const { id, key } = JSON.parse(localStorage.getItem(${JSON.stringify(BROWSER_DOOR.storage)})) ?? {};
      return typeof id === 'string' && typeof key === 'string' ? { id, key } : null;
    } catch {
      return null;
    }
  };
  const post = (path, headers, body) =>
    fetch(path, { method: 'POST', headers, body, cache: 'no-store', redirect: 'error', referrerPolicy: 'no-referrer' });
  const go = () => {
    if (isEntrance) return location.replace('/');
    // A browser that keeps no cookies would load this page again and again.
    const last = Number(sessionStorage.getItem('atoll-reloaded') ?? 0);
    if (Date.now() - last < 5000) return say('This browser keeps no cookies for this address. Atoll needs them to sign in.');
    sessionStorage.setItem('atoll-reloaded', String(Date.now()));
    location.reload();
  };
  const held = read();
  const key = held === null ? {} : { ${JSON.stringify(BROWSER_DOOR.keyHeader)}: held.key };
  try {
    if (token !== '') {
      const answer = await post(${JSON.stringify(BROWSER_DOOR.enter)}, key, JSON.stringify({ token, id: held?.id ?? null }));
      if (!answer.ok) return say(await answer.text());
      const session = await answer.json();
      if (session !== null) localStorage.setItem(${JSON.stringify(BROWSER_DOOR.storage)}, JSON.stringify(session));
      return go();
    }
    if (held !== null && (await post(${JSON.stringify(BROWSER_DOOR.rpc)} + encodeURIComponent(held.id), key)).ok) return go();
    say('This browser is not signed in. Run "atoll link" in a terminal, and open the link that it prints.');
  } catch {
    say('Atoll does not answer. Run "atoll start".');
  }
})();
`;
