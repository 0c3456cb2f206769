import { type Lens, LENSES, type Shade } from '../lens';
import { text } from '../text';

interface LensProps {
  readonly lens: Lens;
  readonly onLens: (lens: Lens) => void;
  /** What is on the map. */
  readonly shades: ReadonlySet<Shade>;
}

/** What the colors of islands say while the map is zoomed out, and what each color means. */
export function LensPart({ lens, onLens, shades }: LensProps) {
  return (
    <div className="map-lens map-over" role="group" aria-label={text.lens}>
      <label>
        <span className="map-lens-label">{text.lens} </span>
        <select
          value={lens}
          aria-label={text.lens}
          onChange={(event) => onLens(LENSES.find((one) => one === event.target.value) ?? 'state')}
        >
          {LENSES.map((one) => (
            <option key={one} value={one}>
              {text.lenses[one]}
            </option>
          ))}
        </select>
      </label>
      <ul>
        {(Object.entries(text.lensKeys[lens]) as [Shade, string][])
          .filter(([shade]) => shades.has(shade))
          .map(([shade, words]) => (
            <li key={shade}>
              <span className={`shade shade-${shade}`} aria-hidden="true" /> {words}
            </li>
          ))}
      </ul>
    </div>
  );
}
