import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** What the kernel says a process has used. */
export interface Usage {
  /** User and system time of all its threads. */
  readonly cpuSeconds: number;
  readonly residentMiB: number;
  /** The most that was resident since it began, or since `forgetPeak`. */
  readonly peakMiB: number;
}

let ticksPerSecond: number | null = null;

/** Reads the usage of a running process; throws where it has ended. Linux only. */
export function usageOf(pid: number): Usage {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const { residentMiB, peakMiB } = parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'));
  const ticks = parseStatTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return { cpuSeconds: ticks / ticksPerSecond, residentMiB, peakMiB };
}

/** Begins a new peak of resident memory. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/**
 * User plus system time out of the text of `/proc/PID/stat`, in clock ticks.
 * Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function parseStatTicks(text: string): number {
  // The program's name is in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** Resident memory and its peak out of the text of `/proc/PID/status`. */
export function parseStatus(text: string): { readonly residentMiB: number; readonly peakMiB: number } {
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(text)?.[1]);
  return { residentMiB: kib('VmRSS') / 1024, peakMiB: kib('VmHWM') / 1024 };
}
