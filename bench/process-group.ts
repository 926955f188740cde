import { readdirSync, readFileSync } from 'node:fs';

/* What a process and all its children have used, from /proc. Elsewhere than on Linux: undefined, and the figure is left out. */

const TICK_MS = 10; // USER_HZ is 100 on every Linux that Node runs on

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // it has ended, or this is no Linux
  }
};

/** The process and its descendants. */
function groupOf(pid: number): number[] {
  let tasks: string[];
  try {
    tasks = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  const children = tasks.flatMap((task) => (read(`/proc/${pid}/task/${task}/children`) ?? '').split(' '));
  return [pid, ...children.filter((child) => child.trim() !== '').flatMap((child) => groupOf(Number(child)))];
}

/** User and system time so far, of ended children too, ms. */
export function cpuMs(pids: readonly number[]): number | undefined {
  let ticks = 0;
  for (const pid of pids.flatMap(groupOf)) {
    const stat = read(`/proc/${pid}/stat`);
    if (stat === undefined) continue;
    // The name in brackets may hold anything; what follows it is plain: utime, stime, cutime, cstime are fields 14 to 17.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    for (const field of fields.slice(11, 15)) ticks += Number(field);
  }
  return ticks > 0 ? ticks * TICK_MS : undefined;
}

/** Resident memory, MiB. */
export function memoryMiB(pids: readonly number[]): number | undefined {
  let kib = 0;
  for (const pid of pids.flatMap(groupOf))
    kib += Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0);
  return kib > 0 ? kib / 1_024 : undefined;
}
