/** How many characters of a long name's end are always shown. */
const END = 8;
/** Names up to this length are never cut. */
const WHOLE = 20;

/** A name that is cut in its middle where there is no room: `rack-a0…vm37`. */
export function CutName({ name }: { name: string }) {
  if (name.length <= WHOLE) return name;
  return (
    <span className="cut-name">
      <span>{name.slice(0, -END)}</span>
      <span>{name.slice(-END)}</span>
    </span>
  );
}
