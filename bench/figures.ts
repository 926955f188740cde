/** What stands in a row of the printed table. Goals and baselines are said in words where there is no number. */
export type Row = {
  readonly what: string;
  readonly ours: string;
  readonly baseline?: string;
  readonly ratio?: string;
  readonly goal?: string;
};

export type Spread = { readonly p50: number; readonly p99: number; readonly max: number; readonly aboveSecond: number };

/** Never answered (null) counts as endless. */
export function spreadOf(latencies: readonly (number | null)[]): Spread {
  const sorted = Float64Array.from(latencies, (value) => value ?? Infinity).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  const slow = sorted.length - lowerBound(sorted, 1_000);
  return { p50: at(0.5), p99: at(0.99), max: at(1), aboveSecond: sorted.length === 0 ? NaN : slow / sorted.length };
}

function lowerBound(sorted: Float64Array, limit: number): number {
  const index = sorted.findIndex((value) => value > limit);
  return index < 0 ? sorted.length : index;
}

const digits = (value: number): string =>
  !Number.isFinite(value) ? '∞' : value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

export const ms = (value: number): string => `${digits(value)} ms`;
export const us = (value: number | undefined): string =>
  value === undefined ? 'not on this system' : `${value.toFixed(0)} us`;
export const perSecond = (value: number): string => `${value.toFixed(0)}/s`;
export const mib = (value: number | undefined): string =>
  value === undefined ? 'not on this system' : `${value.toFixed(0)} MiB`;
export const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.001 ? 3 : 2)} %`;
export const times = (ours: number | undefined, theirs: number | undefined): string =>
  ours === undefined || theirs === undefined ? '' : `${digits(ours / theirs)}x`;

/** p50 and p99 side by side. */
export const pair = ({ p50, p99 }: Spread): string => `${digits(p50)} / ${digits(p99)} ms`;

const HEADS = ['what', 'ours', 'baseline', 'ratio', 'goal'] as const;

export function table(rows: readonly Row[]): string {
  const lines = [HEADS.map((head): string => head), ...rows.map((row) => HEADS.map((head) => row[head] ?? ''))];
  const widths = HEADS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [text[0], widths.map((width) => '-'.repeat(width)).join('  '), ...text.slice(1)].join('\n');
}
