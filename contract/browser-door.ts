/**
 * The protocol between the browser server and its pages. A session has three secrets: a cookie that lets a browser load the
 * screens, which contain no data; a cookie whose path is unique to the session, so that a browser sends it to no other port; and a
 * key in the page's local storage, which is bound to the port.
 */
export const BROWSER_DOOR = {
  /** The target of a link: a page that redeems the token in its fragment by POST. */
  enter: '/enter',
  enterScript: '/enter.js',
  /** Followed by the session's id: the WebSocket, and (POST) whether the session is still valid. */
  rpc: '/rpc/',
  /** The negotiated subprotocol; the page offers its key beside it. */
  protocol: 'atoll',
  keyHeader: 'x-atoll-key',
  /** In local storage: `{"id":...,"key":...}`. */
  storage: 'atoll-session',
} as const;
