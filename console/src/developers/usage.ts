// 用量分段 Hours of usage laid out without gaps: by the hour for one day, by the Beijing day for more.
import type { ApiUsageHour } from './asked.ts';
import { t } from '../shared/text.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Beijing is eight hours ahead of UTC, all year round. */
const BEIJING_MS = 8 * HOUR_MS;
/** What a scale may end with, times a power of ten. */
const TOPS = [1, 2, 3, 4, 6, 8, 10];

/** 时段 One bar of the chart; `title` stands in the table, `short` on the axis. */
export type Slot = { title: string; short: string; requests: number; refused: number; cost: number };

/** The slots of the last `days`, oldest first; they add up to what `hours` add up to. */
export function slotsOf(hours: ApiUsageHour[], days: number, now: number): Slot[] {
  const width = days === 1 ? HOUR_MS : DAY_MS;
  const place = (instant: number) => Math.floor((instant + BEIJING_MS) / width);
  const places = hours.map(({ hour }) => place(Date.parse(hour)));
  // The server counts hours that began within the time; its clock may be a little ahead or behind.
  const first = Math.min(place(now - days * DAY_MS + (days === 1 ? HOUR_MS : 0)), ...places);
  const last = Math.max(place(now), ...places);
  const slots = Array.from({ length: last - first + 1 }, (_, at) => emptySlot((first + at) * width, width));
  hours.forEach((hour, at) => {
    const slot = slots[(places[at] ?? first) - first];
    if (!slot) return;
    slot.requests += hour.requests;
    slot.refused += hour.refused;
    slot.cost += hour.cost;
  });
  return slots;
}

/** `beijing` is the beginning of the slot on the clocks of Beijing, as if they were UTC. */
function emptySlot(beijing: number, width: number): Slot {
  const at = new Date(beijing);
  const [month, day, hour] = [at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours()];
  const isHour = width === HOUR_MS;
  return {
    title: isHour ? t('{month}月{day}日 {hour}时', { month, day, hour }) : t('{month}月{day}日', { month, day }),
    short: isHour ? t('{hour}时', { hour }) : t('{month}月{day}日', { month, day }),
    requests: 0,
    refused: 0,
    cost: 0,
  };
}

/** The top of a scale that holds all of `values`: a round number whose half is a whole one too. */
export function topOf(values: number[]): number {
  const most = Math.max(1, ...values);
  const power = 10 ** Math.floor(Math.log10(most));
  return TOPS.map((one) => one * power).find((top) => top >= most && top % 2 === 0) ?? 10 * power;
}
