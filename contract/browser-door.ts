/**
 * What the browser door and its pages agree on. A session is three secrets: a cookie that lets a browser load the screens, which hold no
 * data; a cookie whose path is the session's own, so that a browser sends it to no other port; and a key that the page keeps in its
 * local storage, which knows the port.
 */
export const BROWSER_DOOR = {
  /** Where a link leads: a page that spends the token in its fragment by POST. */
  enter: '/enter',
  enterScript: '/enter.js',
  /** Followed by the session's id: the WebSocket, and (POST) whether the session still lasts. */
  rpc: '/rpc/',
  /** The subprotocol that is agreed on; the page offers its key beside it. */
  protocol: 'atoll',
  keyHeader: 'x-atoll-key',
  /** In local storage: `{"id":...,"key":...}`. */
  storage: 'atoll-session',
} as const;
