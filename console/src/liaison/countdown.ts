// 倒计时 Seconds that are left until a moment, told anew every second; 0 once it is over.
import { useEffect, useState } from 'react';

export function useSecondsLeft(until: number): number {
  const [now, setNow] = useState(() => Date.now());
  const isOver = until <= now;
  useEffect(() => {
    if (isOver) return undefined;
    const tick = () => setNow(Date.now());
    const first = setTimeout(tick);
    const clock = setInterval(tick, 1000);
    return () => {
      clearTimeout(first);
      clearInterval(clock);
    };
  }, [isOver]);
  return Math.max(0, Math.ceil((until - now) / 1000));
}

/** `4:05`. */
export function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
