// 位置 Where on a screen the reader was: kept in the browser's history when a screen is left, and
// taken up again when the reader comes back. The browser does so by itself, but does not wait until
// the screen is drawn.

/** How long a screen may take until it is tall enough again. */
const PATIENCE_MS = 3000;

/** Writes down how far the screen is scrolled. */
export function leavePlace(): void {
  history.replaceState({ ...history.state, scroll: window.scrollY }, '');
}

/** Whether the reader has been on this screen before and comes back to it. */
export function returned(): boolean {
  return placeHere() !== null;
}

function placeHere(): number | null {
  const scroll: unknown = history.state?.scroll;
  return typeof scroll === 'number' ? scroll : null;
}

/** From now on every step back leads to the place that was left. */
export function keepPlaces(): void {
  window.addEventListener('popstate', (event) => {
    const place = placeHere();
    // Our own steps, which are not trusted, begin at the top or stay where they are.
    if (event.isTrusted && place !== null) takePlace(place);
  });
}

function takePlace(top: number): void {
  const address = location.href;
  const until = performance.now() + PATIENCE_MS;
  const attempt = () => {
    if (location.href !== address) return;
    const reachable = document.documentElement.scrollHeight - window.innerHeight;
    if (reachable < top && performance.now() < until) requestAnimationFrame(attempt);
    else window.scrollTo(0, top);
  };
  requestAnimationFrame(attempt);
}
