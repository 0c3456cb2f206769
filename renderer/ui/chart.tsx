import { useState } from 'react';
import { momentWords, timeWords } from './language';
import './chart.css';

const WIDTH = 300;
const HEIGHT = 72;

export interface Series {
  readonly name: string;
  /** One for each time; null: not known. */
  readonly values: ReadonlyArray<number | null>;
}

/** Points from left to right; a gap where a value is not known. */
function pathOf(values: Series['values'], max: number): string {
  const step = WIDTH / Math.max(1, values.length - 1);
  let isGap = true;
  return values
    .map((value, i) => {
      if (value === null) {
        isGap = true;
        return '';
      }
      const command = isGap ? 'M' : 'L';
      isGap = false;
      return `${command}${(i * step).toFixed(1)} ${(HEIGHT - 1 - ((HEIGHT - 4) * Math.min(value, max)) / max).toFixed(1)}`;
    })
    .join('');
}

/** The line of a series; the only value so far is a level line, for a path of one point draws nothing. */
function lineOf(values: Series['values'], max: number): string {
  const [only, ...others] = values;
  return others.length === 0 && only !== null && only !== undefined ? pathOf([only, only], max) : pathOf(values, max);
}

/** "09:22:15 – 09:23:10". */
const timeSpan = (from: string, to: string): string => `${timeWords(from)} – ${timeWords(to)}`;

const highest = (series: readonly Series[]): number =>
  Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));

/**
 * Lines over time, at most two, with the newest values, or those under the pointer. `max`: the top of the scale; omitted, the
 * highest value. Own SVG: PatternFly's charts weigh 490 kB for it.
 */
export function Chart({
  title,
  times,
  series,
  max,
  format,
}: {
  title: string;
  times: readonly string[];
  series: readonly Series[];
  max?: number;
  format: (value: number) => string;
}) {
  const [at, setAt] = useState<number | null>(null);
  const top = Math.max(max ?? highest(series), Number.MIN_VALUE);
  const shown = Math.min(at ?? Infinity, times.length - 1);
  const time = times[shown];
  const words = series.map(({ name, values }) => {
    const value = values[shown];
    return { name, value: value === undefined || value === null ? '–' : format(value) };
  });
  return (
    <figure className="chart">
      <figcaption>
        {title}
        {words.map(({ name, value }, i) => (
          <span key={name} className={`chart-value line-${i}`}>
            {name === '' ? '' : `${name} `}
            <strong>{value}</strong>
          </span>
        ))}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}: ${words.map(({ name, value }) => `${name} ${value}`.trim()).join(', ')}`}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setAt(Math.round(((event.clientX - box.left) / Math.max(1, box.width)) * (times.length - 1)));
        }}
        onPointerLeave={() => setAt(null)}
      >
        {series.map(({ name, values }, i) => (
          <path key={name} className={`line-${i}`} d={lineOf(values, top)} />
        ))}
      </svg>
      <small className="soft chart-scale">
        <time dateTime={time} title={time === undefined ? undefined : momentWords(time)}>
          {time === undefined
            ? ''
            : at === null && times[0] !== time
              ? timeSpan(times[0] ?? time, time)
              : timeWords(time)}
        </time>
        <span>{format(top)}</span>
      </small>
    </figure>
  );
}

/** A small line in a table. `max`: the top of the scale. */
export function Sparkline({ values, max, label }: { values: readonly number[]; max: number; label: string }) {
  const top = Math.max(max, ...values, Number.MIN_VALUE);
  return (
    <span className="spark" title={label}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="line-0" d={lineOf(values, top)} />
      </svg>
      {label}
    </span>
  );
}
